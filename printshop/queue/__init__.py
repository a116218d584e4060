"""The queue: takes "this PDF on that printer", gives paper, each sheet known."""
