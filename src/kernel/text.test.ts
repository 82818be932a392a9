import { expect, test } from "vitest";
import { foldText } from "./index.ts";

test.each([
  ["Đăng nhập thất bại", "dang nhap that bai"],
  ["ĐÀ NẴNG", "da nang"],
  ["Trường Sơn", "truong son"],
  ["Straße", "straße"],
  ["", ""],
])("%s folds to %s", (text, folded) => {
  expect(foldText(text)).toBe(folded);
  expect(foldText(text.normalize("NFD"))).toBe(folded);
});
