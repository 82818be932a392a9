export const auditSearch = (raw: Record<string, unknown>) => raw as Record<string,string|undefined>;
