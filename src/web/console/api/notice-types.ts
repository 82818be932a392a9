/** The shapes of notices, taken as types from the schemas of the server. */
import type * as NoticeShapes from "../../../platform/notices/schemas.ts";
import type { z } from "../../../platform/schema/index.ts";

export type Notice = z.infer<typeof NoticeShapes.Notice>;
export type NoticePage = z.infer<typeof NoticeShapes.NoticePage>;
export type NoticeCount = z.infer<typeof NoticeShapes.NoticeCount>;
export type NoticeRules = z.infer<typeof NoticeShapes.RulesView>;
export type NoticeRulesChange = z.input<typeof NoticeShapes.RulesChange>;
export type NoticeFrom = NoticeRules["choices"][number]["from"];
export type Tried = z.infer<typeof NoticeShapes.TryReply>;
export type Destination = z.infer<typeof NoticeShapes.Destination>;
export type DestinationCreate = z.input<typeof NoticeShapes.DestinationCreate>;
export type DestinationList = z.infer<typeof NoticeShapes.DestinationList>;
export type DestinationSecret = z.infer<typeof NoticeShapes.DestinationSecret>;
export type LetterList = z.infer<typeof NoticeShapes.LetterList>;
export type NoticeLetter = LetterList["items"][number];
