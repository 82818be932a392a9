declare module "virtual:catalogue/vi" {
  export const messages: Record<string, import("@lingui/message-utils/compileMessage").CompiledMessage>;
}
declare module "virtual:catalogue/en" {
  export const messages: Record<string, import("@lingui/message-utils/compileMessage").CompiledMessage>;
}
