"""The list of runs: filters, columns, actions, the queue, the trash."""
