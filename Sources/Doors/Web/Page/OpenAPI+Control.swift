/// The part of the API's description that the control room needs beyond the lists; `OpenAPI.document` holds it.
extension OpenAPI {
  private static let title = #"""
    {
                "name": "aet",
                "in": "path",
                "description": "AE title.",
                "required": true,
                "schema": {"type": "string", "maxLength": 16}
              }
    """#

  static let controlPaths = #"""
        "/api/v1/nodes/{aet}/echo": {
          "post": {
            "operationId": "echoNode",
            "summary": "Ask a node whether it is there (C-ECHO).",
            "description": "Role administrator. Audited.",
            "parameters": [\#(title)],
            "responses": {
              "200": {
                "description": "What came of it.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Echo"}}}
              },
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"},
              "404": {"$ref": "#/components/responses/NotFound"}
            }
          }
        },
        "/api/v1/nodes/{aet}/test-image": {
          "post": {
            "operationId": "sendTestImage",
            "summary": "Send a node a small Secondary Capture image that is no patient's and says so (C-STORE).",
            "description": "Role administrator. Audited. Its Patient ID is ISOCENTER-TEST.",
            "parameters": [\#(title)],
            "responses": {
              "200": {
                "description": "What came of it.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/TestImage"}}}
              },
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"},
              "404": {"$ref": "#/components/responses/NotFound"}
            }
          }
        },
        "/api/v1/accounts/{name}": {
          "delete": {
            "operationId": "removeAccount",
            "summary": "Remove an account and end its sessions.",
            "description": "Role administrator. Not one's own.",
            "parameters": [
              {
                "name": "name",
                "in": "path",
                "description": "The account's name.",
                "required": true,
                "schema": {"type": "string"}
              }
            ],
            "responses": {
              "204": {"description": "Removed."},
              "400": {"$ref": "#/components/responses/BadRequest"},
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"},
              "404": {"$ref": "#/components/responses/NotFound"}
            }
          }
        },
        "/api/v1/traffic": {
          "get": {
            "operationId": "showTraffic",
            "summary": "Who sent what and what was forwarded in the last 24 hours, by hour.",
            "description": "Role administrator. Narrowed to the caller's sites.",
            "responses": {
              "200": {
                "description": "The traffic.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Traffic"}}}
              },
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"}
            }
          }
        }
    """#

  static let auditParameters = #"""
    {
                "name": "action",
                "in": "query",
                "description": "What was done.",
                "required": false,
                "schema": {"type": "string"}
              },
              {
                "name": "principal",
                "in": "query",
                "description": "A part of who did it.",
                "required": false,
                "schema": {"type": "string"}
              },
              {
                "name": "object",
                "in": "query",
                "description": "A part of what it was done to, as a Study Instance UID.",
                "required": false,
                "schema": {"type": "string"}
              },
              {
                "name": "from",
                "in": "query",
                "description": "Not before.",
                "required": false,
                "schema": {"type": "string", "format": "date-time"}
              },
              {
                "name": "until",
                "in": "query",
                "description": "Before.",
                "required": false,
                "schema": {"type": "string", "format": "date-time"}
              },
              {
                "name": "before",
                "in": "query",
                "description": "The id of the last record of an earlier answer: what was written before it.",
                "required": false,
                "schema": {"type": "integer"}
              }
    """#

  static let controlSchemas = #"""
          "TestImage": {
            "type": "object",
            "required": ["sent"],
            "properties": {
              "sent": {"type": "boolean"},
              "instance": {"type": "string", "description": "Its SOP Instance UID."},
              "reason": {"type": "string", "description": "Why not."}
            }
          },
          "TrafficHour": {
            "type": "object",
            "required": ["hour", "instances"],
            "properties": {
              "hour": {"type": "string", "format": "date-time", "description": "When it began."},
              "instances": {"type": "integer"},
              "bytes": {"type": "integer"},
              "studies": {"type": "integer", "description": "Studies of which it sent the first instance."}
            }
          },
          "Traffic": {
            "type": "object",
            "required": ["at", "sources", "recent", "isPartial"],
            "properties": {
              "at": {"type": "string", "format": "date-time"},
              "sources": {
                "type": "array",
                "description": "Whoever sent something in the last seven days.",
                "items": {
                  "type": "object",
                  "required": ["name", "site", "lastSeen", "hours"],
                  "properties": {
                    "channel": {"enum": ["association", "stow", "importing", "demo"]},
                    "name": {"type": "string"},
                    "site": {"type": "string"},
                    "lastSeen": {"type": "string", "format": "date-time"},
                    "hours": {"type": "array", "items": {"$ref": "#/components/schemas/TrafficHour"}}
                  }
                }
              },
              "destinations": {
                "type": "array",
                "description": "Absent for callers who have not every site.",
                "items": {
                  "type": "object",
                  "required": ["name", "lastSent", "hours"],
                  "properties": {
                    "name": {"type": "string"},
                    "lastSent": {"type": "string", "format": "date-time"},
                    "hours": {"type": "array", "items": {"$ref": "#/components/schemas/TrafficHour"}}
                  }
                }
              },
              "recent": {
                "type": "array",
                "description": "The studies that something arrived for last, newest first.",
                "items": {
                  "type": "object",
                  "required": ["study", "at", "name", "site"],
                  "properties": {
                    "study": {"type": "string"},
                    "at": {"type": "string", "format": "date-time"},
                    "name": {"type": "string"},
                    "site": {"type": "string"}
                  }
                }
              },
              "isPartial": {"type": "boolean", "description": "Whether there was more than is counted."}
            }
          }
    """#
}
