/** Owns the number that tells whether this program can walk a stored run; what it is the version of is in state.ts and graph.ts. */

/**
 * Version of the graphs' shape. A run stores the one it began with; another one is refused.
 * Raise it when nodes, edges, state keys or the meaning of a stored value change.
 */
export const GRAPH_VERSION = '1';
