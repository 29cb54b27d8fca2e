// The part of ClickHouse's HTTP interface that package clickhouse uses, over
// the engine that npm's chdb runs in process: POST with the query in the body,
// or in ?query= with the rows of an INSERT in the body; ?param_NAME=. PORT names
// the port on loopback.
import { writeFileSync } from 'node:fs';
import http from 'node:http';
import { resolve } from 'node:path';
import { Session } from 'chdb';

// The cluster "twice" has this engine as each of its two shards, without a
// connection between: a view that asks for shardNum() tells them apart.
const shard = '<shard><replica><host>localhost</host><port>9000</port></replica></shard>';
writeFileSync('cluster.xml', `<clickhouse><tcp_port>9000</tcp_port><remote_servers><twice>${shard}${shard}</twice></remote_servers></clickhouse>`);
const session = new Session(undefined, { connectionArgs: [`--config-file=${resolve('cluster.xml')}`] });

// Parameters come in the escaped form of tab-separated text.
const unescape = (s) => s.replace(/\\(.)/g, (_, c) => ({ t: '\t', n: '\n', r: '\r', 0: '\0' })[c] ?? c);

const server = http.createServer((request, response) => {
  const chunks = [];
  request.on('data', (c) => chunks.push(c));
  request.on('end', () => {
    const body = Buffer.concat(chunks).toString('utf8');
    const url = new URL(request.url, 'http://localhost');
    const params = {};
    for (const [k, v] of url.searchParams) if (k.startsWith('param_')) params[k.slice(6)] = unescape(v);
    try {
      const query = url.searchParams.get('query');
      const sql = query === null ? body : `${query}\n${body}`;
      const format = 'JSONCompactEachRow';
      const answer = Object.keys(params).length > 0
        ? session.queryBind(sql, params, format) : session.query(sql, format);
      response.writeHead(200).end(answer);
    } catch (e) {
      response.writeHead(500).end(String(e.message ?? e));
    }
  });
});

server.listen(Number(process.env.PORT), '127.0.0.1');
