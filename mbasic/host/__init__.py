"""Many people's sessions in one server: who may see them, which worker process runs them, what happens when one dies.

    page <-> Host -> HostedSession <-> WorkerPool -> worker process: Session -> SessionStore

The instance only routes: it never executes BASIC. A worker commits every step to the store before it reports it, so
what a page has shown can always be restored, by any worker of any instance.
"""
