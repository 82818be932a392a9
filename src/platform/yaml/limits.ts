/** Bounds of a YAML text from outside. */
export const MAX_YAML_LENGTH = 4 * 1024 * 1024;
export const MAX_YAML_DEPTH = 64;
/** Nodes after aliases are followed: a bomb of a few lines asks for billions. */
export const MAX_YAML_NODES = 200_000;
export const MAX_YAML_DOCUMENTS = 1_000;
/** Problems reported for one text; the rest repeats them. */
export const MAX_YAML_PROBLEMS = 20;
