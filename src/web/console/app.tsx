import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { TextProvider } from "../kit/i18n/text.tsx";
import { ToastProvider } from "../kit/toast.tsx";
import { ApiFault, whenSignedOut } from "./api/client.ts";
import { router } from "./router.tsx";

const MAX_RETRIES = 2;

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      // Only what may pass by itself is tried again; an answer that says no is shown at once.
      retry: (count, error) =>
        count < MAX_RETRIES && error instanceof ApiFault && (error.status === 0 || error.status === 503),
    },
  },
});
whenSignedOut(() => client.setQueryData(["session"], null));

export function App() {
  return (
    <QueryClientProvider client={client}>
      <TextProvider>
        <ToastProvider>
          <RouterProvider router={router} />
        </ToastProvider>
      </TextProvider>
    </QueryClientProvider>
  );
}
