import type { ReactNode } from "react";

interface EmptyProps {
  readonly title: string;
  /** What would be here and how to get it. */
  readonly children: ReactNode;
  readonly action?: ReactNode;
}

export function Empty({ title, children, action }: EmptyProps) {
  return (
    <div className="empty" data-testid="empty">
      <h2>{title}</h2>
      <p>{children}</p>
      {action}
    </div>
  );
}
