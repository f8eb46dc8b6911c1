/// The part of the API's description that speaks of messages to nodes and of storage commitment; `OpenAPI.document` holds it.
extension OpenAPI {
  static let noticePaths = #"""
        "/api/v1/studies/{study}/commitments": {
          "post": {
            "operationId": "requestCommitment",
            "summary": "Ask another archive whether it keeps a study (storage commitment).",
            "description": "Role administrator. The archive is asked in the background; what it reports changes the state.",
            "parameters": [{"$ref": "#/components/parameters/Study"}],
            "requestBody": {
              "required": true,
              "content": {
                "application/json": {
                  "schema": {
                    "type": "object",
                    "required": ["node"],
                    "properties": {"node": {"type": "string", "description": "AE title of the node that is asked."}}
                  }
                }
              }
            },
            "responses": {
              "202": {
                "description": "The transaction.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Commitment"}}}
              },
              "400": {"$ref": "#/components/responses/BadRequest"},
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"},
              "404": {"$ref": "#/components/responses/NotFound"}
            }
          },
          "get": {
            "operationId": "listStudyCommitments",
            "summary": "What other archives were asked about a study.",
            "description": "Role administrator; narrowed to the caller's sites.",
            "parameters": [{"$ref": "#/components/parameters/Study"}, \#(commitmentState)],
            "responses": \#(commitmentList)
          }
        },
        "/api/v1/commitments": {
          "get": {
            "operationId": "listCommitments",
            "summary": "What other archives were asked to commit to, at most 200 transactions, oldest first.",
            "description": "Role administrator; narrowed to the caller's sites.",
            "parameters": [\#(commitmentState)],
            "responses": \#(commitmentList)
          }
        },
        "/api/v1/commitments/{transaction}": {
          "get": {
            "operationId": "showCommitment",
            "summary": "One transaction of storage commitment.",
            "description": "Role administrator; narrowed to the caller's sites.",
            "parameters": [
              {
                "name": "transaction",
                "in": "path",
                "description": "Its UID.",
                "required": true,
                "schema": {"type": "string", "maxLength": 64}
              }
            ],
            "responses": {
              "200": {
                "description": "How far it is.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Commitment"}}}
              },
              "400": {"$ref": "#/components/responses/BadRequest"},
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"},
              "404": {"$ref": "#/components/responses/NotFound"}
            }
          }
        },
        "/api/v1/notices": {
          "get": {
            "operationId": "listNotices",
            "summary": "Reports, events and notifications that are owed to nodes, oldest first.",
            "description": "Role administrator, of all sites. At most 1000.",
            "parameters": [
              {
                "name": "state",
                "in": "query",
                "description": "Which.",
                "required": false,
                "schema": {"enum": ["waiting", "setAside"], "default": "waiting"}
              },
              {
                "name": "after",
                "in": "query",
                "description": "The id of the last one of an earlier answer.",
                "required": false,
                "schema": {"type": "integer", "minimum": 0}
              }
            ],
            "responses": {
              "200": {
                "description": "The notices.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Notices"}}}
              },
              "400": {"$ref": "#/components/responses/BadRequest"},
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"}
            }
          }
        },
        "/api/v1/nodes/{aet}/notices/retry": {
          "post": {
            "operationId": "retryNotices",
            "summary": "What is set aside for a node waits again, and everything is tried at once.",
            "description": "Role administrator, of all sites.",
            "parameters": [
              {
                "name": "aet",
                "in": "path",
                "description": "AE title.",
                "required": true,
                "schema": {"type": "string", "maxLength": 16}
              }
            ],
            "responses": {
              "204": {"description": "So it is."},
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"}
            }
          }
        },
        "/api/v1/notices/{id}": {
          "delete": {
            "operationId": "removeNotice",
            "summary": "Give a notice up.",
            "description": "Role administrator, of all sites.",
            "parameters": [
              {
                "name": "id",
                "in": "path",
                "description": "Its number.",
                "required": true,
                "schema": {"type": "integer", "minimum": 1}
              }
            ],
            "responses": {
              "204": {"description": "It is gone."},
              "400": {"$ref": "#/components/responses/BadRequest"},
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"}
            }
          }
        }
    """#

  private static let commitmentState = #"""
    {
                "name": "state",
                "in": "query",
                "description": "Only those.",
                "required": false,
                "schema": {"enum": ["REQUESTED", "COMMITTED", "FAILED"]}
              }
    """#

  private static let commitmentList = #"""
    {
              "200": {
                "description": "The transactions.",
                "content": {
                  "application/json": {
                    "schema": {
                      "type": "object",
                      "required": ["commitments"],
                      "properties": {
                        "commitments": {"type": "array", "items": {"$ref": "#/components/schemas/Commitment"}}
                      }
                    }
                  }
                }
              },
              "400": {"$ref": "#/components/responses/BadRequest"},
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"}
            }
    """#

  static let noticeSchemas = #"""
          "Commitment": {
            "type": "object",
            "required": ["transaction", "state", "changedAt", "instances", "failed"],
            "properties": {
              "transaction": {"type": "string"},
              "study": {"type": "string"},
              "node": {"type": "string"},
              "state": {"enum": ["REQUESTED", "COMMITTED", "FAILED"]},
              "changedAt": {"type": "string", "format": "date-time"},
              "instances": {"type": "integer"},
              "failed": {
                "type": "array",
                "description": "At most 1000 of the instances that are not kept.",
                "items": {
                  "type": "object",
                  "required": ["instance", "reason"],
                  "properties": {
                    "instance": {"type": "string"},
                    "reason": {"type": "string", "description": "Failure Reason (0008,1197) in hexadecimal digits."}
                  }
                }
              }
            }
          },
          "Notices": {
            "type": "object",
            "required": ["notices"],
            "properties": {
              "notices": {
                "type": "array",
                "items": {
                  "type": "object",
                  "required": ["id", "node", "operation", "sopClass", "attempts", "queuedAt"],
                  "properties": {
                    "id": {"type": "integer"},
                    "node": {"type": "string"},
                    "operation": {"enum": ["N-EVENT-REPORT", "N-ACTION", "N-CREATE", "N-SET"]},
                    "sopClass": {"type": "string"},
                    "about": {"type": "string", "description": "A UID: a transaction, a study, a step."},
                    "attempts": {"type": "integer"},
                    "queuedAt": {"type": "string", "format": "date-time"},
                    "nextAttempt": {"type": "string", "format": "date-time"},
                    "reason": {"type": "string"}
                  }
                }
              }
            }
          }
    """#
}
