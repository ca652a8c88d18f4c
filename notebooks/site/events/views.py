from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from .models import Event


@require_safe
def event(request, pk):
    return render(
        request, "events/event.html", {"event": get_object_or_404(Event, pk=pk)}
    )
