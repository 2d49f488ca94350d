"""The keys of the inventory."""

from datetime import datetime, timezone

STOCK = "ESTOQUE#00"


def now():
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds")


def movement(order_id):
    value = 0x811C9DC5
    for byte in str(order_id).encode():
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return f"MOV#{(value >> 16) ^ (value & 0xFFFF):04x}#{order_id}"


def key(product, sort):
    return {"ProdutoID": {"S": product}, "DataAtualizacao": {"S": sort}}
