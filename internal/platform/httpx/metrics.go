package httpx

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics are the numbers that a monitoring system reads. A nil Metrics counts nothing.
type Metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	took     *prometheus.HistogramVec
	inFlight prometheus.Gauge
}

// NewMetrics returns the numbers of the program and of its requests, all at zero.
func NewMetrics() *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "vienkopus_http_requests_total", Help: "Requests answered, by pattern of the route and status.",
		}, []string{"route", "status"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "vienkopus_http_request_seconds", Help: "Time from the request to the end of its answer, in seconds.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10, 60},
		}, []string{"route"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "vienkopus_http_in_flight", Help: "Requests being answered now.",
		}),
	}
	m.registry.MustRegister(m.requests, m.took, m.inFlight,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *Metrics) begin() {
	if m != nil {
		m.inFlight.Inc()
	}
}

func (m *Metrics) end(route string, status int, took time.Duration) {
	if m == nil {
		return
	}
	m.inFlight.Dec()
	m.requests.WithLabelValues(route, strconv.Itoa(status)).Inc()
	m.took.WithLabelValues(route).Observe(took.Seconds())
}

// Handler returns the page that the monitoring system reads.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// Reading is a number that is looked up when the monitoring system asks: lines of the journal, the lag of a follower.
type Reading struct {
	// Name ends in _total for a number that only grows, for example "vienkopus_journal_lines_total".
	Name, Help string
	// Label names what tells several values apart, for example "follower"; empty when there is one value.
	Label string
	// Grows says that the number only ever grows.
	Grows bool
	// Read returns the values by label; a single value stands under "". It has readingTime to answer.
	Read func(ctx context.Context) (map[string]float64, error)
}

// readingTime is how long a reading may take before the page goes without it.
const readingTime = time.Second

// Watch adds a reading. It returns an error when the name is taken.
func (m *Metrics) Watch(ctx context.Context, r Reading) error {
	var labels []string
	if r.Label != "" {
		labels = []string{r.Label}
	}
	w := &watched{Reading: r, ctx: ctx, desc: prometheus.NewDesc(r.Name, r.Help, labels, nil)}
	if err := m.registry.Register(w); err != nil {
		return fmt.Errorf("httpx: metric %s: %w", r.Name, err)
	}
	return nil
}

type watched struct {
	Reading
	ctx  context.Context //nolint:containedctx // a collector is not handed one
	desc *prometheus.Desc
}

// Describe tells the name and the label.
func (w *watched) Describe(to chan<- *prometheus.Desc) { to <- w.desc }

// Collect looks the values up. A value that cannot be read is missing, which monitoring notices; the others are there.
func (w *watched) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(w.ctx, readingTime)
	defer cancel()
	values, err := w.Read(ctx)
	if err != nil {
		slog.WarnContext(ctx, "a metric could not be read", slog.String("metric", w.Name), slog.Any("error", err))
		return
	}
	kind := prometheus.GaugeValue
	if w.Grows {
		kind = prometheus.CounterValue
	}
	for label, value := range values {
		var labels []string
		if w.Label != "" {
			labels = []string{label}
		}
		metric, err := prometheus.NewConstMetric(w.desc, kind, value, labels...)
		if err != nil {
			metric = prometheus.NewInvalidMetric(w.desc, err)
		}
		to <- metric
	}
}
