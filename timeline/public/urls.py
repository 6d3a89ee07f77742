"""Public addresses."""

app_name = "timeline"
urlpatterns = []
