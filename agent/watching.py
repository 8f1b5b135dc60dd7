"""What operators see of the models: pydantic-ai's own spans of runs, requests and tools."""

from opentelemetry.metrics import NoOpMeterProvider
from opentelemetry.trace import TracerProvider
from pydantic_ai import Agent


def trace_models(provider: TracerProvider | None, *, content: bool = False) -> None:
    """Let every run, model request and tool call be a span; with `content`, its words too.

    Our own metrics count these already, so pydantic-ai's are left out.
    """
    if provider is None:
        Agent.instrument_all(False)
        return
    # It loads OpenTelemetry's SDK, which those without an endpoint need not pay for.
    from pydantic_ai.models.instrumented import InstrumentationSettings

    settings = InstrumentationSettings(
        tracer_provider=provider,
        meter_provider=NoOpMeterProvider(),
        include_content=content,
        include_model_request_parameters=False,
    )
    Agent.instrument_all(settings)
