import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { readFileSync, readdirSync } from 'node:fs';
const db = new PGlite({ extensions: { vector } });
await db.exec(`create extension vector; create role baton_owner login; create role baton_app login; create role baton_decider login in role baton_app; create role baton_executor login in role baton_app; create role baton_queue login; grant baton_queue to baton_owner; grant create, usage on schema public to baton_owner, baton_queue; grant usage on schema public to baton_app;`);
await db.exec('set session authorization baton_owner');
for (const f of readdirSync('migrations').sort()) { try { await db.exec(readFileSync('migrations/'+f,'utf8')); console.log('ok',f);} catch(e){ console.log('FAIL',f,e.message, e.where ?? '', e.position, e.internalQuery ?? ''); process.exit(1);} }
