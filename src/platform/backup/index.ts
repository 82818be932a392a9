/** Encrypted, incremental copies of files. What belongs into them is the caller's. */
export { check, type RepositoryCheck } from "./check.ts";
export { copyRecords } from "./copy-records.ts";
export { createKeyFile, type OwnerSecret, readKeyFile, secretOfPassphrase } from "./key.ts";
export { type KeepPolicy, parseKeep } from "./keep.ts";
export { prune, type Pruned } from "./prune.ts";
export { FILE_SUFFIX } from "./place.ts";
export { type Progress, Repository, Snapshot, type SourceFile } from "./repository.ts";
