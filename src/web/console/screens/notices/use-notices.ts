import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { api } from "../../api/client.ts";
import type { Notice, NoticeCount, NoticePage } from "../../api/notice-types.ts";

const PAGE = 100;
/** As many as the panel holds without scrolling. */
const NEWEST = 5;

export function useNoticeCount() {
  return useQuery({
    queryKey: ["notices", "count"],
    queryFn: ({ signal }) => api.get<NoticeCount>("/notices/count", undefined, signal),
  });
}

/** For the panel of the bell: asked for when it opens. */
export function useNewestNotices(enabled: boolean) {
  return useQuery({
    queryKey: ["notices", "newest"],
    queryFn: ({ signal }) => api.get<NoticePage>("/notices", { limit: NEWEST }, signal),
    enabled,
  });
}

export function useNoticeRows(unread: boolean) {
  const pages = useInfiniteQuery({
    queryKey: ["notices", "list", unread],
    queryFn: ({ pageParam, signal }) =>
      api.get<NoticePage>("/notices", { cursor: pageParam, limit: PAGE, unread }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });
  const rows = useMemo(() => pages.data?.pages.flatMap((page) => page.items) ?? [], [pages.data]);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  return { pages, rows, more };
}

export function useRead() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (what: { ids: string[] } | { upTo: string }) => api.post<{ changed: number }>("/notices/read", what),
    onSuccess: () => client.invalidateQueries({ queryKey: ["notices"] }),
  });
}

/** To what a notice is about; having gone there is having read it. */
export function useOpenNotice() {
  const { history } = useRouter();
  const read = useRead();
  return (notice: Notice) => {
    if (notice.readAt === null) read.mutate({ ids: [notice.id] });
    history.push(notice.path);
  };
}
