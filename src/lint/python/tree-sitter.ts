/** Where the parser comes from: a module of its own, because lint's script, which is compiled once, imports nothing later. */
export const treeSitter = (): Promise<typeof import('web-tree-sitter')> => import('web-tree-sitter');
