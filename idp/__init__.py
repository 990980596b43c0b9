"""Tongxing (通行), an OpenID Connect provider: one real-name login for every province."""
