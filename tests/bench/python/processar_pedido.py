"""From a change of the database to what it means."""

import base64
import json
import os

import boto3

events = boto3.client("events")


def handler(event, context):
    for record in event["Records"]:
        change = json.loads(base64.b64decode(record["kinesis"]["data"]))
        metadata = change["metadata"]
        if metadata["record-type"] != "data" or metadata["table-name"] != "pedidos":
            continue
        order = change["data"]
        before = change.get("before-image")
        if metadata["operation"] == "insert":
            publish(
                "Novo Pedido Criado",
                {
                    "PedidoID": order["id"],
                    "ProdutoID": order["produto_id"],
                    "Quantidade": order["quantidade"],
                    "ClienteNome": order["cliente_nome"],
                    "Email": order["email"],
                },
            )
        elif metadata["operation"] == "delete" or (
            metadata["operation"] == "update"
            and before is not None
            and before["status"] != "CANCELADO"
            and order["status"] == "CANCELADO"
        ):
            order = before or order
            publish(
                "Pedido Cancelado",
                {"PedidoID": order["id"], "ProdutoID": order["produto_id"]},
            )


def publish(detail_type, detail):
    events.put_events(
        Entries=[
            {
                "EventBusName": os.environ["BUS_NAME"],
                "Source": "ecommerce.pedidos",
                "DetailType": detail_type,
                "Detail": json.dumps(detail),
            }
        ]
    )
