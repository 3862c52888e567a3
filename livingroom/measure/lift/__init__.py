"""What was added: experiments, and history that can only be modelled. docs/methods/lift.md explains."""
