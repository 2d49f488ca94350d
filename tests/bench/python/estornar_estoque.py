"""Giving back to the stock what a cancelled order had taken."""

import os

import boto3

from inventory import STOCK, key, movement, now

dynamodb = boto3.client("dynamodb")


def handler(event, context):
    order = event["detail"]
    table = os.environ["TABLE_NAME"]
    this = key(order["ProdutoID"], movement(order["PedidoID"]))
    tombstone = {
        **this,
        "Quantidade": {"N": "0"},
        "PedidoID": {"N": str(order["PedidoID"])},
        "Situacao": {"S": "ESTORNADO"},
        "RegistradoEm": {"S": now()},
    }
    try:
        dynamodb.put_item(
            TableName=table,
            Item=tombstone,
            ConditionExpression="attribute_not_exists(ProdutoID)",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
        return
    except dynamodb.exceptions.ConditionalCheckFailedException as error:
        existing = error.response["Item"]
    if existing["Situacao"]["S"] != "ACEITO":
        return
    dynamodb.transact_write_items(
        TransactItems=[
            {
                "Update": {
                    "TableName": table,
                    "Key": this,
                    "UpdateExpression": "SET Situacao = :reversed",
                    "ConditionExpression": "Situacao = :accepted",
                    "ExpressionAttributeValues": {
                        ":reversed": {"S": "ESTORNADO"},
                        ":accepted": {"S": "ACEITO"},
                    },
                }
            },
            {
                "Update": {
                    "TableName": table,
                    "Key": key(order["ProdutoID"], STOCK),
                    "UpdateExpression": "SET Quantidade = Quantidade + :q",
                    "ExpressionAttributeValues": {":q": existing["Quantidade"]},
                }
            },
        ]
    )
