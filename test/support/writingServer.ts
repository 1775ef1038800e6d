/** A process that serves a data folder and writes rows until it is killed; prints the number of each row once it is acknowledged. */
import { openDatabase } from '../../src/database/connect.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { schemaSteps } from '../../src/orchestration/schemaSteps.ts';

const [dataDir = '', migrationsFolder = ''] = process.argv.slice(2);
const database = await openDatabase({
  dataDir,
  migrationsFolder,
  entities: [],
  steps: schemaSteps,
  log: silentLog,
  exclusive: true,
});
const client = await database.poolOf('baton_app').connect();
for (let number = 1; ; number += 1) {
  await client.query('begin');
  await client.query('insert into counter values ($1, $2)', [`row ${number}`, number]);
  await client.query('insert into counter values ($1, $2)', [`twin ${number}`, number]);
  await client.query('commit');
  process.stdout.write(`${number}\n`);
}
