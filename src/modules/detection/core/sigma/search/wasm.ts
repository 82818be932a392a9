/** WebAssembly kept in base64, compiled once and instantiated for each who needs a memory of its own. */
const compiled = new Map<string, WebAssembly.Module>();

export function instantiate<Exports>(
  base64: string,
  imports?: Record<string, Record<string, WebAssembly.Memory>>,
): Exports {
  let module = compiled.get(base64);
  if (module === undefined) {
    module = new WebAssembly.Module(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
    compiled.set(base64, module);
  }
  return new WebAssembly.Instance(module, imports).exports as unknown as Exports;
}
