"""Taking from the stock what an order asks for."""

import json
import os

import boto3

from inventory import STOCK, key, movement, now

dynamodb = boto3.client("dynamodb")
events = boto3.client("events")


def handler(event, context):
    order = event["detail"]
    table = os.environ["TABLE_NAME"]
    quantity = {"N": str(order["Quantidade"])}
    item = {
        **key(order["ProdutoID"], movement(order["PedidoID"])),
        "Quantidade": quantity,
        "PedidoID": {"N": str(order["PedidoID"])},
        "Situacao": {"S": "ACEITO"},
        "RegistradoEm": {"S": now()},
    }
    absent = "attribute_not_exists(ProdutoID)"
    try:
        dynamodb.transact_write_items(
            TransactItems=[
                {"Put": {"TableName": table, "Item": item, "ConditionExpression": absent}},
                {
                    "Update": {
                        "TableName": table,
                        "Key": key(order["ProdutoID"], STOCK),
                        "UpdateExpression": "SET Quantidade = Quantidade - :q",
                        "ConditionExpression": "Quantidade >= :q",
                        "ExpressionAttributeValues": {":q": quantity},
                    }
                },
            ]
        )
    except dynamodb.exceptions.TransactionCanceledException as error:
        reasons = [reason["Code"] for reason in error.response["CancellationReasons"]]
        if reasons[0] == "ConditionalCheckFailed":
            return
        if reasons[1] != "ConditionalCheckFailed":
            raise
        item["Situacao"] = {"S": "REJEITADO"}
        dynamodb.put_item(TableName=table, Item=item, ConditionExpression=absent)
        detail = {name: order[name] for name in ("PedidoID", "ProdutoID", "Quantidade")}
        events.put_events(
            Entries=[
                {
                    "EventBusName": os.environ["BUS_NAME"],
                    "Source": "ecommerce.estoque",
                    "DetailType": "Pedido Rejeitado",
                    "Detail": json.dumps(detail),
                }
            ]
        )
