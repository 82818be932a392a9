export const sensorSearch = (raw: Record<string, unknown>) => raw as Record<string,string|undefined>;
