"""An office that wanders: officers who try any verb on any record, for as many acts as are asked for."""
