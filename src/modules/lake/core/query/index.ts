export { COLUMNS, resolveField, type Column, type ColumnName } from "./columns.ts";
export { matches, valuesOf } from "./evaluate.ts";
export { fold, lower, searchText } from "./fold.ts";
export { parseQuery, type ParseResult, type QueryError } from "./parse.ts";
export { fieldEquals, printQuery } from "./print.ts";
export { ALL, type FieldTest, type Pattern, type PatternPiece, type Query } from "./tree.ts";
