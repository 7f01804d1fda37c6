export function PageSkeleton() {
  return (
    <div role="status" aria-label="Loading" className="grid h-full min-h-60 place-items-center bg-canvas">
      <span className="breathe size-2.5 rounded-full bg-accent" />
    </div>
  )
}
