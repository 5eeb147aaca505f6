package jobs

import "context"

// Overdue returns by job 1 when it has not succeeded for longer than it may, else 0; for a metric.
func (r *Runner) Overdue(ctx context.Context) (map[string]float64, error) {
	return readings(ctx, r.Status, func(s Status) (string, float64) {
		if s.Overdue {
			return s.Name, 1
		}
		return s.Name, 0
	})
}

// LastSuccess returns by job for how many seconds it has not succeeded; for a metric.
func (r *Runner) LastSuccess(ctx context.Context) (map[string]float64, error) {
	return readings(ctx, r.Status, func(s Status) (string, float64) { return s.Name, s.Quiet.Seconds() })
}

// WorksWaiting returns by queue how many works are not done yet; for a metric.
func (r *Runner) WorksWaiting(ctx context.Context) (map[string]float64, error) {
	return readings(ctx, r.Queues, func(s QueueStatus) (string, float64) { return s.Kind, float64(s.Waiting) })
}

// WorksStopped returns by queue how many works were given up and wait for a person; for a metric.
func (r *Runner) WorksStopped(ctx context.Context) (map[string]float64, error) {
	return readings(ctx, r.Queues, func(s QueueStatus) (string, float64) { return s.Kind, float64(s.Stopped) })
}

// OldestWork returns by queue for how many seconds the oldest work has waited; for a metric.
func (r *Runner) OldestWork(ctx context.Context) (map[string]float64, error) {
	return readings(ctx, r.Queues, func(s QueueStatus) (string, float64) { return s.Kind, s.Oldest.Seconds() })
}

// readings makes a value by label of each status.
func readings[S any](ctx context.Context, ask func(context.Context) ([]S, error), value func(S) (string, float64)) (map[string]float64, error) {
	all, err := ask(ctx)
	if err != nil {
		return nil, err
	}
	values := make(map[string]float64, len(all))
	for _, s := range all {
		label, v := value(s)
		values[label] = v
	}
	return values, nil
}
