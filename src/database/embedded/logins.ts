/** Owns the names of the roles that Baton connects as, and of the embedded database. Their rights stand in roles.ts. */

/** Users that may connect to the embedded database; each is a role. */
export const LOGINS = ['baton_owner', 'baton_app', 'baton_decider', 'baton_executor', 'baton_queue'] as const;
/** One of them. */
export type Login = (typeof LOGINS)[number];
/** The only database that the embedded server has. */
export const DATABASE_NAME = 'postgres';
