import { ensureBuild } from "../bin/bootstrap/build.mjs";

/** Brings `dist` up to date; says so also when there was nothing to do. */
await ensureBuild();
console.log("dist is up to date");
