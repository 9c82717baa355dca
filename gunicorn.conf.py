"""How the web process runs: gunicorn reads this by itself where it is started, `gunicorn accord_portal.wsgi`.

docs/deployment.md says what the proxy in front does.
"""

worker_class = "accord_portal.serving.BufferingWorker"  # slow clients hold up nobody
workers = 2  # processes: one a core
threads = 8  # answers that take long, at once in each process; quick ones are never behind them
worker_connections = 500  # clients being received, in each process; then the one that came first is given up

timeout = 30  # seconds in which every thread of a process is stuck; then another takes its place
graceful_timeout = 30  # seconds to end what is being answered when told to stop

limit_request_line = 4094  # bytes
limit_request_fields = 60
limit_request_field_size = 8190  # bytes
# Bodies: foundation/malformed.py; the longest wait for one: accord_portal/serving.py.

control_socket_disable = True
