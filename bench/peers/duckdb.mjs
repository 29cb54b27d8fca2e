// DuckDB in process, in memory.
import { DuckDBInstance } from '@duckdb/node-api'
import { serve } from './serve.mjs'

const instance = await DuckDBInstance.create(':memory:')
const connection = await instance.connect()
await serve(async (sql) => {
  const result = await connection.runAndReadAll(sql)
  return result.getRows().map((row) => row.map(String).join(',')).join('\n')
})
connection.closeSync()
