// DuckDB's side of the peer benchmarks: node peer_duckdb.mjs TASK --data DIR [--repeat N]. Prints one line of JSON.
// NODE_MODULES names the folder where npm has put @duckdb/node-api.
import fs from 'node:fs';
import {createRequire} from 'node:module';
import path from 'node:path';

const {DuckDBInstance} = createRequire(path.join(process.env.NODE_MODULES, 'x.js'))('@duckdb/node-api');

const [task, ...options] = process.argv.slice(2);
const value = (name, otherwise) => options.includes(name) ? options[options.indexOf(name) + 1] : otherwise;
const file = path.join(value('--data'), 'physics.csv').replaceAll("'", "''");
const repeat = Number(value('--repeat', '1'));

const statusKib = (field) =>
    Number(fs.readFileSync('/proc/self/status', 'utf8').match(new RegExp(`^${field}:\\s+(\\d+)`, 'm'))[1]);

/** Median time and memory of the work: before it, and at most from then on. */
async function measure(work, times) {
  try {
    fs.writeFileSync('/proc/self/clear_refs', '5');
  } catch { /* then the peak is that of the whole process */ }
  const base = statusKib('VmRSS');
  const seconds = [];
  for (let i = 0; i < times; ++i) {
    const start = process.hrtime.bigint();
    await work();
    seconds.push(Number(process.hrtime.bigint() - start) / 1e9);
  }
  seconds.sort((a, b) => a - b);
  return {seconds: seconds[Math.floor((times - 1) / 2)], peak_kib: statusKib('VmHWM'), base_kib: base};
}

const database = await DuckDBInstance.create(':memory:', {threads: '2'});
const connection = await database.connect();
const load = () => connection.run(`create table t as select * from read_csv_auto('${file}')`);

let result;
if (task === 'csv') {
  result = await measure(load, 1);
  const reader = await connection.runAndReadAll('select avg(columns(*)) from t');
  result = {...result, metric: Number(reader.getRows()[0][0]), metric_name: 'mean of the first column'};
} else if (task === 'profile') {
  await load();
  let rows;
  result = await measure(async () => {
    rows = (await connection.runAndReadAll('summarize t')).getRowObjects();
  }, repeat);
  // approximate, by sketches
  const distinct = rows.reduce((sum, row) => sum + Number(row.approx_unique), 0);
  result = {...result, metric: distinct, metric_name: 'sum of distinct values'};
} else {
  console.error('tasks: csv profile');
  process.exit(2);
}
console.log(JSON.stringify({task, extra: {}, ...result}));
