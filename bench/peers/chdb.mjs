// ClickHouse in process, its data in the folder of the first argument.
import { Session } from 'chdb'
import { serve } from './serve.mjs'

const session = new Session(process.argv[2])
await serve((sql) => session.query(sql, 'CSV'))
session.close()
