"""Everything that is measured. Labels are words of ours: never an id, a name, a text or a phone."""

from prometheus_client import GCCollector, PlatformCollector, ProcessCollector

from app.watching.instruments import REGISTRY, Counted, Gauge, Recorded

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
TOKENS = (16, 64, 256, 1024, 4096, 16384, 65536, 262144)

EVENTS = Counted(
    "jirani.events", "Log events by name, also of those below the log level.", ("event",)
)
TURNS = Recorded(
    "jirani.turn.duration",
    "Turns: from a stored message to its stored reply, waiting for the thread included.",
    ("model", "outcome"),
    "s",
    buckets=SECONDS,
)
TOOL_CALLS = Counted(
    "jirani.tool.calls",
    "Tool calls, and what their guards said.",
    ("tool", "allowed", "reason"),
)
TOOL_SECONDS = Recorded(
    "jirani.tool.duration", "How long tool calls took.", ("tool",), "s", buckets=SECONDS
)
GUARDS = Counted(
    "jirani.guard.decisions", "What guards decided, and why.", ("guard", "allowed", "reason")
)
REQUESTS = Recorded(
    "gen_ai.client.operation.duration",
    "Requests to hosted models; error.type is empty where one was answered.",
    ("gen_ai.provider.name", "gen_ai.request.model", "error.type"),
    "s",
    buckets=SECONDS,
)
SPENT = Recorded(
    "gen_ai.client.token.usage",
    "Tokens of one request, sent (input) and received (output).",
    ("gen_ai.provider.name", "gen_ai.request.model", "gen_ai.token.type"),
    buckets=TOKENS,
)
FALLBACKS = Counted(
    "jirani.model.failures",
    "Times the offline model took over, by how the other failed.",
    ("model", "kind"),
)
OUTSIDE = Recorded(
    "jirani.outside.duration",
    "Calls of payment providers and channels, by what came of them.",
    ("system", "call", "outcome"),
    "s",
    buckets=SECONDS,
)
HTTP = Recorded(
    "http.server.request.duration",
    "HTTP requests; of an event stream, the time until it began.",
    ("http.request.method", "http.route", "http.response.status_code"),
    "s",
    buckets=SECONDS,
)
STREAMS = Gauge("jirani.http.streams", "Event streams that are open.")
JOBS = Recorded(
    "jirani.job.duration",
    "Runs of jobs, by outcome.",
    ("job_name", "outcome"),
    "s",
    buckets=SECONDS,
)
JOB_ROWS = Counted("jirani.job.rows", "Rows that jobs handled.", ("job_name",))
JOB_FAILURES = Counted("jirani.job.failures", "Rows and runs that failed.", ("job_name",))
JOB_LATE = Recorded(
    "jirani.job.lateness",
    "How late after its alarm a job's run began.",
    ("job_name",),
    "s",
    buckets=SECONDS,
)
OUTBOX = Gauge("jirani.outbox.entries", "Entries of the outbox that wait, by state.", ("state",))
OVERDUE = Gauge(
    "jirani.outbox.overdue", "How long the oldest entry that could go has been waiting.", (), "s"
)
CONNECTIONS = Gauge(
    "db.client.connection.count",
    "Connections of the database pool.",
    ("db.client.connection.state",),
)
REDIS_AWAY = Gauge("jirani.redis.away", "1 while Redis is left alone because it fails.")

RECORDED: tuple[Recorded, ...] = (
    *(EVENTS, TURNS, TOOL_CALLS, TOOL_SECONDS, GUARDS, REQUESTS, SPENT, FALLBACKS),
    *(OUTSIDE, HTTP, JOBS, JOB_ROWS, JOB_FAILURES, JOB_LATE),
)
GAUGES = (STREAMS, OUTBOX, OVERDUE, CONNECTIONS, REDIS_AWAY)

ProcessCollector(registry=REGISTRY)
PlatformCollector(registry=REGISTRY)
GCCollector(registry=REGISTRY)
