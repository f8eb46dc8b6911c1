/// The part of the API's description that speaks of the workflow; `OpenAPI.document` holds it.
extension OpenAPI {
  static let workflowPaths = #"""
        "/api/v1/studies/{study}/completion": {
          "post": {
            "operationId": "signalCompletion",
            "summary": "Say that a study is complete.",
            "description": "A role that may store. Nothing changes when it is complete already.",
            "parameters": [
              {"$ref": "#/components/parameters/Study"}
            ],
            "responses": {
              "200": {
                "description": "Its state now.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Completion"}}}
              },
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"},
              "404": {"$ref": "#/components/responses/NotFound"},
              "503": {"$ref": "#/components/responses/Unavailable"}
            }
          }
        },
        "/api/v1/events": {
          "get": {
            "operationId": "events",
            "summary": "What happens, as server-sent events.",
            "description": "A role that may search; narrowed to the caller's sites. The id of an event is a \#
    position of the journal: handed back as Last-Event-ID nothing behind it is missed, and a little may come \#
    twice. Without it the feed begins now. Events and their data: instance-stored {at, study, site, instances, \#
    modalities, isNew} for a study's instances of a quarter of a second, study-completed {at, study, sites, \#
    revision, instances}, study-deleted {at, study}, study-corrected {at, study, revision}, work-changed {at, kind, item, state, study} \#
    for steps and workitems, and for administrators of all sites queue-changed {destination, paused, waiting, \#
    setAside, sent, failures, reason}, which has no id. \#
    Comments are heartbeats. A feed ends after ten minutes and whoever reads too slowly is cut off; both come back.",
            "parameters": [
              {
                "name": "after",
                "in": "query",
                "description": "Where to go on, for readers that cannot send Last-Event-ID.",
                "required": false,
                "schema": {"type": "string", "pattern": "^[0-9]{1,18}-[0-9]{1,9}-[0-9]{1,18}$"}
              }
            ],
            "responses": {
              "200": {"description": "The feed.", "content": {"text/event-stream": {"schema": {"type": "string"}}}},
              "400": {"$ref": "#/components/responses/BadRequest"},
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"},
              "429": {"$ref": "#/components/responses/TooManyFeeds"}
            }
          }
        },
        "/api/v1/rules": {
          "get": {
            "operationId": "listRules",
            "summary": "Which studies go where.",
            "description": "Role administrator.",
            "responses": {
              "200": {
                "description": "The rules, by name.",
                "content": {
                  "application/json": {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/Rule"}}}
                }
              },
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"}
            }
          },
          "post": {
            "operationId": "createRule",
            "summary": "Make a rule.",
            "description": "Role administrator. It moves only studies of the caller's sites.",
            "requestBody": {
              "required": true,
              "content": {"application/json": {"schema": {"$ref": "#/components/schemas/NewRule"}}}
            },
            "responses": {
              "201": {
                "description": "Made.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Rule"}}}
              },
              "400": {"$ref": "#/components/responses/BadRequest"},
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"},
              "413": {"$ref": "#/components/responses/TooLarge"},
              "415": {"$ref": "#/components/responses/MediaType"}
            }
          }
        },
        "/api/v1/rules/dry-run": {
          "post": {
            "operationId": "dryRunRule",
            "summary": "What a rule would have done with what came in. Nothing happens.",
            "description": "Role administrator.",
            "requestBody": {
              "required": true,
              "content": {"application/json": {"schema": {"$ref": "#/components/schemas/DryRun"}}}
            },
            "responses": {
              "200": {
                "description": "What would have gone where.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/DryRunOutcome"}}}
              },
              "400": {"$ref": "#/components/responses/BadRequest"},
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"},
              "413": {"$ref": "#/components/responses/TooLarge"},
              "415": {"$ref": "#/components/responses/MediaType"}
            }
          }
        },
        "/api/v1/rules/{id}": {
          "put": {
            "operationId": "replaceRule",
            "summary": "Replace a rule; its version counts up.",
            "description": "Role administrator.",
            "parameters": [
              {
                "name": "id",
                "in": "path",
                "description": "The rule's id.",
                "required": true,
                "schema": {"type": "string"}
              }
            ],
            "requestBody": {
              "required": true,
              "content": {"application/json": {"schema": {"$ref": "#/components/schemas/NewRule"}}}
            },
            "responses": {
              "200": {
                "description": "Kept.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Rule"}}}
              },
              "400": {"$ref": "#/components/responses/BadRequest"},
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"},
              "404": {"$ref": "#/components/responses/NotFound"},
              "409": {"$ref": "#/components/responses/Conflict"},
              "413": {"$ref": "#/components/responses/TooLarge"},
              "415": {"$ref": "#/components/responses/MediaType"}
            }
          },
          "delete": {
            "operationId": "removeRule",
            "summary": "Remove a rule; what it has queued stays.",
            "description": "Role administrator.",
            "parameters": [
              {
                "name": "id",
                "in": "path",
                "description": "The rule's id.",
                "required": true,
                "schema": {"type": "string"}
              }
            ],
            "responses": {
              "204": {"description": "Removed."},
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"},
              "404": {"$ref": "#/components/responses/NotFound"}
            }
          }
        },
        "/api/v1/destinations": {
          "get": {
            "operationId": "listDestinations",
            "summary": "Where studies can be sent.",
            "description": "Role administrator.",
            "responses": {
              "200": {
                "description": "The destinations, by name.",
                "content": {
                  "application/json": {"schema": {"type": "array", "items": {"$ref": \#
    "#/components/schemas/Destination"}}}
                }
              },
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"}
            }
          },
          "post": {
            "operationId": "createDestination",
            "summary": "Make a destination.",
            "description": "Role administrator, of all sites.",
            "requestBody": {
              "required": true,
              "content": {"application/json": {"schema": {"$ref": "#/components/schemas/NewDestination"}}}
            },
            "responses": {
              "201": {
                "description": "Made.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Destination"}}}
              },
              "400": {"$ref": "#/components/responses/BadRequest"},
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"},
              "413": {"$ref": "#/components/responses/TooLarge"},
              "415": {"$ref": "#/components/responses/MediaType"}
            }
          }
        },
        "/api/v1/destinations/{name}": {
          "put": {
            "operationId": "replaceDestination",
            "summary": "Replace a destination; what waits for it stays. Without a token the present one is kept \#
    while the address stays.",
            "description": "Role administrator, of all sites.",
            "parameters": [
              {
                "name": "name",
                "in": "path",
                "description": "The destination's name.",
                "required": true,
                "schema": {"type": "string"}
              }
            ],
            "requestBody": {
              "required": true,
              "content": {"application/json": {"schema": {"$ref": "#/components/schemas/NewDestination"}}}
            },
            "responses": {
              "200": {
                "description": "Kept.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Destination"}}}
              },
              "400": {"$ref": "#/components/responses/BadRequest"},
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"},
              "404": {"$ref": "#/components/responses/NotFound"},
              "413": {"$ref": "#/components/responses/TooLarge"},
              "415": {"$ref": "#/components/responses/MediaType"}
            }
          },
          "delete": {
            "operationId": "removeDestination",
            "summary": "Remove a destination and what waits for it; refused while a rule sends there.",
            "description": "Role administrator, of all sites.",
            "parameters": [
              {
                "name": "name",
                "in": "path",
                "description": "The destination's name.",
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
        "/api/v1/destinations/{name}/echo": {
          "post": {
            "operationId": "echoDestination",
            "summary": "Try a destination: C-ECHO, or a search of one study.",
            "description": "Role administrator, of all sites.",
            "parameters": [
              {
                "name": "name",
                "in": "path",
                "description": "The destination's name.",
                "required": true,
                "schema": {"type": "string"}
              }
            ],
            "responses": {
              "200": {
                "description": "Whether it answers.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Echo"}}}
              },
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"},
              "404": {"$ref": "#/components/responses/NotFound"}
            }
          }
        },
        "/api/v1/queues": {
          "get": {
            "operationId": "listQueues",
            "summary": "What waits for each destination.",
            "description": "Role administrator, of all sites.",
            "responses": {
              "200": {
                "description": "The queues, by destination.",
                "content": {
                  "application/json": {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/Queue"}}}
                }
              },
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"}
            }
          }
        },
        "/api/v1/queues/{destination}/items": {
          "get": {
            "operationId": "listQueueItems",
            "summary": "Instances of a queue, oldest first.",
            "description": "Role administrator, of all sites.",
            "parameters": [
              {
                "name": "destination",
                "in": "path",
                "description": "The destination's name.",
                "required": true,
                "schema": {"type": "string"}
              },
              {
                "name": "state",
                "in": "query",
                "description": "Which.",
                "required": false,
                "schema": {"enum": ["waiting", "sent", "setAside"], "default": "waiting"}
              },
              {
                "name": "after",
                "in": "query",
                "description": "The next of an earlier answer.",
                "required": false,
                "schema": {"type": "integer", "minimum": 0}
              },
              {
                "name": "limit",
                "in": "query",
                "description": "How many at most.",
                "required": false,
                "schema": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}
              }
            ],
            "responses": {
              "200": {
                "description": "The items.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/QueueItems"}}}
              },
              "400": {"$ref": "#/components/responses/BadRequest"},
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"},
              "404": {"$ref": "#/components/responses/NotFound"}
            }
          }
        },
        "/api/v1/queues/{destination}/pause": {
          "post": {
            "operationId": "pauseQueue",
            "summary": "Send nothing until it is resumed.",
            "description": "Role administrator, of all sites.",
            "parameters": [
              {
                "name": "destination",
                "in": "path",
                "description": "The destination's name.",
                "required": true,
                "schema": {"type": "string"}
              }
            ],
            "responses": {
              "200": {
                "description": "The queue now.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Queue"}}}
              },
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"},
              "404": {"$ref": "#/components/responses/NotFound"}
            }
          }
        },
        "/api/v1/queues/{destination}/resume": {
          "post": {
            "operationId": "resumeQueue",
            "summary": "Send again, and at once.",
            "description": "Role administrator, of all sites.",
            "parameters": [
              {
                "name": "destination",
                "in": "path",
                "description": "The destination's name.",
                "required": true,
                "schema": {"type": "string"}
              }
            ],
            "responses": {
              "200": {
                "description": "The queue now.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Queue"}}}
              },
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"},
              "404": {"$ref": "#/components/responses/NotFound"}
            }
          }
        },
        "/api/v1/queues/{destination}/retry": {
          "post": {
            "operationId": "retryQueue",
            "summary": "What is set aside waits again, and everything is tried at once.",
            "description": "Role administrator, of all sites.",
            "parameters": [
              {
                "name": "destination",
                "in": "path",
                "description": "The destination's name.",
                "required": true,
                "schema": {"type": "string"}
              }
            ],
            "responses": {
              "200": {
                "description": "The queue now.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Queue"}}}
              },
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"},
              "404": {"$ref": "#/components/responses/NotFound"}
            }
          }
        },
        "/api/v1/queues/{destination}/empty": {
          "post": {
            "operationId": "emptyQueue",
            "summary": "Forget what waits and what is set aside.",
            "description": "Role administrator, of all sites.",
            "parameters": [
              {
                "name": "destination",
                "in": "path",
                "description": "The destination's name.",
                "required": true,
                "schema": {"type": "string"}
              }
            ],
            "responses": {
              "200": {
                "description": "The queue now.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Queue"}}}
              },
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"},
              "404": {"$ref": "#/components/responses/NotFound"}
            }
          }
        }
    """#

  static let workflowResponses = #"""
          "Conflict": {
            "description": "Somebody has changed it meanwhile.",
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
          },
          "TooManyFeeds": {
            "description": "Too many feeds are open; Retry-After says when to try again.",
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
          }
    """#

  static let workflowSchemas = #"""
          "Completion": {
            "type": "object",
            "required": ["study", "state", "revision", "instances"],
            "properties": {
              "study": {"type": "string"},
              "state": {"enum": ["receiving", "complete"]},
              "revision": {
                "type": "integer",
                "description": "How often it was complete; 0 for one that was there before anybody watched."
              },
              "at": {"type": "string", "format": "date-time", "description": "When it was complete last."},
              "deadline": {
                "type": "string",
                "format": "date-time",
                "description": "When it will be unless something arrives."
              },
              "instances": {"type": "integer"}
            }
          },
          "RuleConditions": {
            "type": "object",
            "description": "Each condition that is there must hold; a list holds for any of its values.",
            "properties": {
              "sources": {"type": "array", "items": {"type": "string"}, "description": "AE titles, accounts or \#
    tokens."},
              "sites": {"type": "array", "items": {"type": "string"}},
              "modalities": {"type": "array", "items": {"type": "string"}},
              "attributes": {
                "type": "array",
                "maxItems": 16,
                "items": {
                  "type": "object",
                  "required": ["attribute", "matches"],
                  "properties": {
                    "attribute": {
                      "type": "string",
                      "description": "Keyword or eight hexadecimal digits, of an attribute that searches know."
                    },
                    "matches": {"type": "string", "description": "As a QIDO-RS parameter."}
                  }
                }
              },
              "time": {
                "type": "object",
                "required": ["from", "to"],
                "properties": {
                  "from": {"type": "string", "pattern": "^[0-9]{2}:[0-9]{2}$"},
                  "to": {"type": "string", "pattern": "^[0-9]{2}:[0-9]{2}$"}
                }
              },
              "weekdays": {
                "type": "array",
                "items": {"enum": ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]}
              }
            }
          },
          "NewRule": {
            "type": "object",
            "required": ["name", "to"],
            "properties": {
              "name": {"type": "string", "minLength": 1, "maxLength": 100},
              "enabled": {"type": "boolean", "default": true},
              "when": {"$ref": "#/components/schemas/RuleConditions"},
              "trigger": {"enum": ["onArrival", "onCompletion"], "default": "onCompletion"},
              "to": {
                "type": "array",
                "minItems": 1,
                "items": {"type": "string"},
                "description": "Names of destinations."
              },
              "includeImports": {"type": "boolean", "default": false},
              "sites": {
                "type": "array",
                "items": {"type": "string"},
                "description": "The sites whose studies it may move; all when absent."
              },
              "version": {
                "type": "integer",
                "description": "Of a replacement: the version it was made from; 409 when it is not the present one."
              }
            }
          },
          "Rule": {
            "type": "object",
            "required": ["id", "version", "name", "enabled", "when", "trigger", "to", "includeImports"],
            "properties": {
              "id": {"type": "string"},
              "version": {"type": "integer"},
              "name": {"type": "string", "minLength": 1, "maxLength": 100},
              "enabled": {"type": "boolean", "default": true},
              "when": {"$ref": "#/components/schemas/RuleConditions"},
              "trigger": {"enum": ["onArrival", "onCompletion"], "default": "onCompletion"},
              "to": {
                "type": "array",
                "minItems": 1,
                "items": {"type": "string"},
                "description": "Names of destinations."
              },
              "includeImports": {"type": "boolean", "default": false},
              "sites": {
                "type": "array",
                "items": {"type": "string"},
                "description": "The sites whose studies it may move; all when absent."
              }
            }
          },
          "DryRun": {
            "type": "object",
            "required": ["rule"],
            "properties": {
              "rule": {"$ref": "#/components/schemas/NewRule"},
              "since": {"type": "string", "format": "date-time", "description": "A week ago when absent."},
              "limit": {
                "type": "integer",
                "minimum": 1,
                "maximum": 1000,
                "default": 100,
                "description": "Studies to look at, newest first."
              }
            }
          },
          "DryRunOutcome": {
            "type": "object",
            "required": ["studies", "matched", "instances", "examined", "isPartial", "since"],
            "properties": {
              "studies": {
                "type": "array",
                "items": {
                  "type": "object",
                  "required": ["study", "at", "sites", "modalities", "instances", "destinations"],
                  "properties": {
                    "study": {"type": "string"},
                    "at": {"type": "string", "format": "date-time"},
                    "sites": {"type": "array", "items": {"type": "string"}},
                    "modalities": {"type": "array", "items": {"type": "string"}},
                    "instances": {"type": "integer"},
                    "destinations": {"type": "array", "items": {"type": "string"}}
                  }
                }
              },
              "matched": {"type": "integer"},
              "instances": {"type": "integer"},
              "examined": {"type": "integer", "description": "Studies looked at."},
              "isPartial": {"type": "boolean", "description": "Whether there was more than may be looked at."},
              "since": {"type": "string", "format": "date-time"}
            }
          },
          "NewDestination": {
            "type": "object",
            "required": ["kind"],
            "properties": {
              "name": {"$ref": "#/components/schemas/Name"},
              "kind": {"enum": ["dimse", "dicomweb"]},
              "node": {"type": "string", "description": "AE title of a node, instead of aeTitle, host and port."},
              "aeTitle": {"type": "string"},
              "host": {"type": "string"},
              "port": {"type": "integer", "minimum": 1, "maximum": 65535},
              "url": {"type": "string", "description": "Base address of a DICOMweb service."},
              "token": {"type": "string", "description": "A bearer token for a DICOMweb service; never shown again."}
            }
          },
          "Destination": {
            "type": "object",
            "required": ["name", "kind"],
            "properties": {
              "name": {"type": "string"},
              "kind": {"enum": ["dimse", "dicomweb"]},
              "node": {"type": "string", "description": "AE title of a node, instead of aeTitle, host and port."},
              "aeTitle": {"type": "string"},
              "host": {"type": "string"},
              "port": {"type": "integer", "minimum": 1, "maximum": 65535},
              "url": {"type": "string", "description": "Base address of a DICOMweb service."},
              "hasToken": {"type": "boolean"}
            }
          },
          "Echo": {
            "type": "object",
            "required": ["reachable"],
            "properties": {"reachable": {"type": "boolean"}, "reason": {"type": "string", "description": "Why not."}}
          },
          "Queue": {
            "type": "object",
            "required": ["destination", "paused", "waiting", "setAside", "sent", "failures"],
            "properties": {
              "destination": {"type": "string"},
              "paused": {"type": "boolean"},
              "waiting": {"type": "integer"},
              "setAside": {"type": "integer"},
              "sent": {"type": "integer"},
              "oldest": {
                "type": "string",
                "format": "date-time",
                "description": "When the item was queued that waits longest."
              },
              "failures": {"type": "integer", "description": "Of the destination itself, in a row."},
              "reason": {"type": "string"},
              "nextAttempt": {"type": "string", "format": "date-time"}
            }
          },
          "QueueItems": {
            "type": "object",
            "required": ["items"],
            "properties": {
              "items": {
                "type": "array",
                "items": {
                  "type": "object",
                  "required": ["id", "study", "instance", "rule", "ruleVersion", "attempts", "queuedAt"],
                  "properties": {
                    "id": {"type": "integer"},
                    "study": {"type": "string"},
                    "instance": {"type": "string"},
                    "rule": {"type": "string"},
                    "ruleVersion": {"type": "integer"},
                    "attempts": {"type": "integer"},
                    "queuedAt": {"type": "string", "format": "date-time"},
                    "settledAt": {"type": "string", "format": "date-time"},
                    "reason": {"type": "string"}
                  }
                }
              },
              "next": {"type": "integer", "description": "Hand it back as after; absent when there is no more."}
            }
          }
    """#
}
