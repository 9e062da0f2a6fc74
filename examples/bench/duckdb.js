// Answers queries of the bench with DuckDB: a line of JSON in, a line of JSON out. Its package is looked for in the
// directory given as argument.
const path = require('path');
const readline = require('readline');
(async () => {
  const { DuckDBInstance } = require(path.join(path.resolve(process.argv[2]), 'node_modules', '@duckdb', 'node-api'));
  const threads = process.argv[3] || '2';
  const instance = await DuckDBInstance.create(':memory:', { threads });
  const connection = await instance.connect();
  for await (const line of readline.createInterface({ input: process.stdin })) {
    let answer;
    try {
      const result = await connection.runAndReadAll(JSON.parse(line).sql);
      answer = { rows: result.getRows().map((row) => row.map((cell) => String(cell))) };
    } catch (error) {
      answer = { error: String(error) };
    }
    process.stdout.write(JSON.stringify(answer) + '\n');
  }
})();
