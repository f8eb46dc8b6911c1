/// The description of the product API, kept by hand beside the routes; a test compares the two.
enum OpenAPI {
  static let document = #"""
    {
      "openapi": "3.1.0",
      "info": {
        "title": "Isocenter product API",
        "version": "1",
        "description": "What is not DICOMweb: signing in, administration, deletion, changes, the \#
    live feed, study completion, forwarding, health and figures. Lists are not paged except changes and a queue's \#
    items. Errors are application/problem+json (RFC 9457). Requests that change \#
    something and carry a session's cookie are refused when a page of another origin makes them.",
        "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}
      },
      "servers": [{"url": "/"}],
      "security": [{"token": []}, {"session": []}],
      "paths": {
        "/": {
          "get": {
            "operationId": "app",
            "summary": "The browser app. Its other pages and its files are not listed here.",
            "responses": {"200": {"description": "The document.", "content": {"text/html": {"schema": {"type": \#
    "string"}}}}},
            "security": []
          }
        },
        "/api/openapi.json": {
          "get": {
            "operationId": "describe",
            "summary": "This document.",
            "responses": {
              "200": {"description": "The document.", "content": {"application/json": {"schema": {"type": "object"}}}}
            },
            "security": []
          }
        },
        "/healthz": {
          "get": {
            "operationId": "health",
            "summary": "Whether the process lives.",
            "responses": {
              "200": {
                "description": "It lives.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Status"}}}
              }
            },
            "security": []
          }
        },
        "/readyz": {
          "get": {
            "operationId": "readiness",
            "summary": "Whether the server can work.",
            "responses": {
              "200": {
                "description": "It can.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Status"}}}
              },
              "503": {
                "description": "It cannot now; the log says why.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Status"}}}
              }
            },
            "security": []
          }
        },
        "/metrics": {
          "get": {
            "operationId": "metrics",
            "summary": "The server's figures in Prometheus' text format.",
            "description": "Role auditor or administrator.",
            "responses": {
              "200": {"description": "The document.", "content": {"text/plain": {"schema": {"type": "string"}}}},
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"}
            }
          }
        },
        "/api/v1/session": {
          "post": {
            "operationId": "signIn",
            "summary": "Sign in.",
            "requestBody": {
              "required": true,
              "content": {"application/json": {"schema": {"$ref": "#/components/schemas/SignIn"}}}
            },
            "responses": {
              "200": {
                "description": "Signed in; the cookie is the session.",
                "headers": {"Set-Cookie": {"schema": {"type": "string"}}},
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Session"}}}
              },
              "400": {"$ref": "#/components/responses/BadRequest"},
              "401": {"$ref": "#/components/responses/SignInRefused"},
              "403": {"$ref": "#/components/responses/Forbidden"},
              "413": {"$ref": "#/components/responses/TooLarge"},
              "415": {"$ref": "#/components/responses/MediaType"},
              "429": {"$ref": "#/components/responses/TooManyAttempts"},
              "503": {"$ref": "#/components/responses/Unavailable"}
            },
            "security": []
          },
          "get": {
            "operationId": "whoAmI",
            "summary": "Who the caller is.",
            "responses": {
              "200": {
                "description": "The caller.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Session"}}}
              },
              "401": {"$ref": "#/components/responses/Unauthenticated"}
            }
          },
          "delete": {
            "operationId": "signOut",
            "summary": "End the session, if there is one.",
            "responses": {
              "204": {"description": "There is no session any more."},
              "403": {"$ref": "#/components/responses/Forbidden"}
            },
            "security": []
          }
        },
        "/api/v1/nodes": {
          "get": {
            "operationId": "listNodes",
            "summary": "DICOM peers: configured ones and stored ones.",
            "description": "Role administrator.",
            "responses": {
              "200": {
                "description": "The nodes.",
                "content": {
                  "application/json": {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}}}
                }
              },
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"}
            }
          },
          "post": {
            "operationId": "saveNode",
            "summary": "Add or replace a stored node.",
            "description": "Role administrator.",
            "requestBody": {
              "required": true,
              "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Node"}}}
            },
            "responses": {
              "201": {
                "description": "Kept.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Node"}}}
              },
              "400": {"$ref": "#/components/responses/BadRequest"},
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"},
              "413": {"$ref": "#/components/responses/TooLarge"},
              "415": {"$ref": "#/components/responses/MediaType"}
            }
          }
        },
        "/api/v1/nodes/{aet}": {
          "delete": {
            "operationId": "removeNode",
            "summary": "Remove a stored node.",
            "description": "Role administrator.",
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
              "204": {"description": "Removed."},
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"},
              "404": {"$ref": "#/components/responses/NotFound"}
            }
          }
        },
        "/api/v1/tokens": {
          "get": {
            "operationId": "listTokens",
            "summary": "Services' tokens, without their text.",
            "description": "Role administrator.",
            "responses": {
              "200": {
                "description": "The tokens.",
                "content": {
                  "application/json": {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/Token"}}}
                }
              },
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"}
            }
          },
          "post": {
            "operationId": "createToken",
            "summary": "Make a token.",
            "description": "Role administrator.",
            "requestBody": {
              "required": true,
              "content": {"application/json": {"schema": {"$ref": "#/components/schemas/NewToken"}}}
            },
            "responses": {
              "201": {
                "description": "Made; this answer alone has the token's text.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Token"}}}
              },
              "400": {"$ref": "#/components/responses/BadRequest"},
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"},
              "413": {"$ref": "#/components/responses/TooLarge"},
              "415": {"$ref": "#/components/responses/MediaType"}
            }
          }
        },
        "/api/v1/tokens/{name}": {
          "delete": {
            "operationId": "removeToken",
            "summary": "Remove a token.",
            "description": "Role administrator.",
            "parameters": [
              {
                "name": "name",
                "in": "path",
                "description": "The token's name.",
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
        "/api/v1/accounts": {
          "get": {
            "operationId": "listAccounts",
            "summary": "People's accounts.",
            "description": "Role administrator.",
            "responses": {
              "200": {
                "description": "The accounts.",
                "content": {
                  "application/json": {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/Account"}}}
                }
              },
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"}
            }
          },
          "post": {
            "operationId": "saveAccount",
            "summary": "Add or replace an account; the sessions of a replaced one end.",
            "description": "Role administrator.",
            "requestBody": {
              "required": true,
              "content": {"application/json": {"schema": {"$ref": "#/components/schemas/NewAccount"}}}
            },
            "responses": {
              "201": {
                "description": "Kept.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Account"}}}
              },
              "400": {"$ref": "#/components/responses/BadRequest"},
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"},
              "413": {"$ref": "#/components/responses/TooLarge"},
              "415": {"$ref": "#/components/responses/MediaType"},
              "503": {"$ref": "#/components/responses/Unavailable"}
            }
          }
        },
        "/api/v1/studies/search": {
          "post": {
            "operationId": "searchStudies",
            "summary": "A page of the list of studies, newest first.",
            "description": "Role radiologist, technologist or administrator. A POST so that nothing of what is looked \#
    for is in an address. Without a count: next is there while there is more.",
            "requestBody": {
              "required": true,
              "content": {"application/json": {"schema": {"$ref": "#/components/schemas/StudySearch"}}}
            },
            "responses": {
              "200": {
                "description": "The page.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/StudyPage"}}}
              },
              "400": {"$ref": "#/components/responses/BadRequest"},
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"},
              "413": {"$ref": "#/components/responses/TooLarge"},
              "415": {"$ref": "#/components/responses/MediaType"}
            }
          }
        },
        "/api/v1/studies/{study}/archive": {
          "get": {
            "operationId": "downloadStudy",
            "summary": "A study as ZIP archive with DICOMDIR.",
            "description": "A DICOM file-set (PS3.10, PS3.12 Annex V) for the General Purpose profiles, streamed: the \#
    files as they were received, or as they are believed once they are corrected. Role radiologist, technologist or administrator.",
            "parameters": [
              {"$ref": "#/components/parameters/Study"}
            ],
            "responses": {
              "200": {
                "description": "The archive.",
                "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}
              },
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"},
              "404": {"$ref": "#/components/responses/NotFound"},
              "503": {"$ref": "#/components/responses/Unavailable"}
            }
          }
        },
        "/api/v1/studies/{study}": {
          "get": {
            "operationId": "showStudy",
            "summary": "Whether a study is being received or complete.",
            "description": "A role that may search.",
            "parameters": [
              {"$ref": "#/components/parameters/Study"}
            ],
            "responses": {
              "200": {
                "description": "Its state.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Completion"}}}
              },
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"},
              "404": {"$ref": "#/components/responses/NotFound"},
              "503": {"$ref": "#/components/responses/Unavailable"}
            }
          },
          "delete": {
            "operationId": "deleteStudy",
            "summary": "Delete a study.",
            "description": "Role administrator.",
            "parameters": [
              {"$ref": "#/components/parameters/Study"},
              {
                "name": "reason",
                "in": "query",
                "description": "Why; kept with the decision, so no patient data.",
                "required": false,
                "schema": {"type": "string", "maxLength": 256}
              }
            ],
            "responses": {
              "200": {
                "description": "Deleted.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Deleted"}}}
              },
              "400": {"$ref": "#/components/responses/BadRequest"},
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"},
              "404": {"$ref": "#/components/responses/NotFound"},
              "503": {"$ref": "#/components/responses/Unavailable"}
            }
          }
        },
        "/api/v1/studies/{study}/corrections": {
          "get": {
            "operationId": "listCorrections",
            "summary": "What was ever corrected of a study, in order of time.",
            "description": "Roles that retrieve.",
            "parameters": [
              {"$ref": "#/components/parameters/Study"}
            ],
            "responses": {
              "200": {
                "description": "The corrections, the undone ones too.",
                "content": {
                  "application/json": {
                    "schema": {"type": "array", "items": {"$ref": "#/components/schemas/Correction"}}
                  }
                }
              },
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"},
              "404": {"$ref": "#/components/responses/NotFound"},
              "503": {"$ref": "#/components/responses/Unavailable"}
            }
          },
          "post": {
            "operationId": "correctStudy",
            "summary": "Correct attributes of a study and its patient.",
            "description": "Roles administrator and technologist. What is found and given back says so from now on, with \#
    Original Attributes Sequence; what is stored stays. Another PatientID moves the study to that patient.",
            "parameters": [
              {"$ref": "#/components/parameters/Study"}
            ],
            "requestBody": {
              "required": true,
              "content": {
                "application/json": {
                  "schema": {
                    "type": "object",
                    "required": ["attributes", "reason"],
                    "properties": {
                      "attributes": {
                        "type": "object",
                        "description": "Text by keyword; empty for none. PatientName, PatientID, IssuerOfPatientID, \#
    PatientBirthDate, PatientSex, StudyDate, StudyTime, AccessionNumber, ReferringPhysicianName, StudyID, \#
    StudyDescription.",
                        "additionalProperties": {"type": "string"}
                      },
                      "reason": {
                        "type": "string",
                        "maxLength": 256,
                        "description": "Kept with the decision, so no patient data."
                      }
                    }
                  }
                }
              }
            },
            "responses": {
              "201": {
                "description": "It holds.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Correction"}}}
              },
              "400": {"$ref": "#/components/responses/BadRequest"},
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"},
              "404": {"$ref": "#/components/responses/NotFound"},
              "413": {"$ref": "#/components/responses/TooLarge"},
              "415": {"$ref": "#/components/responses/MediaType"},
              "503": {"$ref": "#/components/responses/Unavailable"}
            }
          }
        },
        "/api/v1/studies/{study}/corrections/{correction}/undo": {
          "post": {
            "operationId": "undoCorrection",
            "summary": "Undo a correction, or the undoing of one.",
            "description": "Roles administrator and technologist.",
            "parameters": [
              {"$ref": "#/components/parameters/Study"},
              {
                "name": "correction",
                "in": "path",
                "required": true,
                "schema": {"type": "string", "pattern": "^[0-9a-f]{32}$"}
              }
            ],
            "requestBody": {
              "required": true,
              "content": {
                "application/json": {
                  "schema": {
                    "type": "object",
                    "required": ["reason"],
                    "properties": {"reason": {"type": "string", "maxLength": 256}}
                  }
                }
              }
            },
            "responses": {
              "201": {
                "description": "It is undone.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Correction"}}}
              },
              "400": {"$ref": "#/components/responses/BadRequest"},
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"},
              "404": {"$ref": "#/components/responses/NotFound"},
              "413": {"$ref": "#/components/responses/TooLarge"},
              "415": {"$ref": "#/components/responses/MediaType"},
              "503": {"$ref": "#/components/responses/Unavailable"}
            }
          }
        },
        "/api/v1/studies/{study}/series/{series}": {
          "delete": {
            "operationId": "deleteSeries",
            "summary": "Delete a series.",
            "description": "Role administrator.",
            "parameters": [
              {"$ref": "#/components/parameters/Study"},
              {
                "name": "series",
                "in": "path",
                "description": "Series Instance UID.",
                "required": true,
                "schema": {"type": "string", "pattern": "^[0-9.]{1,64}$"}
              },
              {
                "name": "reason",
                "in": "query",
                "description": "Why; kept with the decision, so no patient data.",
                "required": false,
                "schema": {"type": "string", "maxLength": 256}
              }
            ],
            "responses": {
              "200": {
                "description": "Deleted.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Deleted"}}}
              },
              "400": {"$ref": "#/components/responses/BadRequest"},
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"},
              "404": {"$ref": "#/components/responses/NotFound"},
              "503": {"$ref": "#/components/responses/Unavailable"}
            }
          }
        },
        "/api/v1/studies/{study}/series/{series}/instances/{instance}": {
          "delete": {
            "operationId": "deleteInstance",
            "summary": "Delete an instance.",
            "description": "Role administrator.",
            "parameters": [
              {"$ref": "#/components/parameters/Study"},
              {
                "name": "series",
                "in": "path",
                "description": "Series Instance UID.",
                "required": true,
                "schema": {"type": "string", "pattern": "^[0-9.]{1,64}$"}
              },
              {
                "name": "instance",
                "in": "path",
                "description": "SOP Instance UID.",
                "required": true,
                "schema": {"type": "string", "pattern": "^[0-9.]{1,64}$"}
              },
              {
                "name": "reason",
                "in": "query",
                "description": "Why; kept with the decision, so no patient data.",
                "required": false,
                "schema": {"type": "string", "maxLength": 256}
              }
            ],
            "responses": {
              "200": {
                "description": "Deleted.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Deleted"}}}
              },
              "400": {"$ref": "#/components/responses/BadRequest"},
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"},
              "404": {"$ref": "#/components/responses/NotFound"},
              "503": {"$ref": "#/components/responses/Unavailable"}
            }
          }
        },
        "/api/v1/quarantine": {
          "get": {
            "operationId": "listQuarantine",
            "summary": "Records set aside because they differ from the kept one of the same SOP Instance UID, \#
    newest first.",
            "description": "Role administrator.",
            "parameters": [
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
                "description": "The records.",
                "content": {
                  "application/json": {"schema": {"type": "array", "items": {"$ref": \#
    "#/components/schemas/Quarantined"}}}
                }
              },
              "400": {"$ref": "#/components/responses/BadRequest"},
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"}
            }
          }
        },
        "/api/v1/changes": {
          "get": {
            "operationId": "listChanges",
            "summary": "What happened, oldest first.",
            "description": "A role that may search. Narrowed to the caller's sites.",
            "parameters": [
              {
                "name": "after",
                "in": "query",
                "description": "The position an earlier answer gave as next; from the beginning when absent.",
                "required": false,
                "schema": {"type": "string", "pattern": "^[0-9]{1,18}-[0-9]{1,9}-[0-9]{1,18}$"}
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
                "description": "The next changes.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Changes"}}}
              },
              "400": {"$ref": "#/components/responses/BadRequest"},
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"}
            }
          }
        },
        "/api/v1/counters": {
          "get": {
            "operationId": "listCounters",
            "summary": "How much is kept, by site and modality.",
            "description": "A role that may search. Narrowed to the caller's sites.",
            "responses": {
              "200": {
                "description": "The counters.",
                "content": {
                  "application/json": {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/Counter"}}}
                }
              },
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"}
            }
          }
        },
        "/api/v1/audit": {
          "get": {
            "operationId": "listAudit",
            "summary": "Who did what, newest first.",
            "description": "Role auditor or administrator, of all sites.",
            "parameters": [
              \#(auditParameters),
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
                "description": "The records.",
                "content": {
                  "application/json": {"schema": {"type": "array", "items": {"$ref": \#
    "#/components/schemas/AuditRecord"}}}
                }
              },
              "400": {"$ref": "#/components/responses/BadRequest"},
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"},
              "503": {"$ref": "#/components/responses/Unavailable"}
            }
          }
        },
        "/api/v1/audit/verify": {
          "post": {
            "operationId": "verifyAudit",
            "summary": "Recompute the audit's chains.",
            "description": "Role auditor or administrator, of all sites.",
            "responses": {
              "200": {
                "description": "What was found.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/AuditVerdict"}}}
              },
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"}
            }
          }
        },
    \#(workflowPaths),
    \#(noticePaths),
    \#(stepPaths),
    \#(controlPaths),
    \#(profilePaths)
      },
      "components": {
        "parameters": {
          "Study": {
            "name": "study",
            "in": "path",
            "description": "Study Instance UID.",
            "required": true,
            "schema": {"type": "string", "pattern": "^[0-9.]{1,64}$"}
          }
        },
        "securitySchemes": {
          "token": {"type": "http", "scheme": "bearer"},
          "session": {"type": "apiKey", "in": "cookie", "name": "isocenter-session"}
        },
        "responses": {
    \#(workflowResponses),
          "BadRequest": {
            "description": "The request contradicts itself or is not what the route takes.",
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
          },
          "Unauthenticated": {
            "description": "Nobody has said who asks, or the token is not known.",
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
          },
          "SignInRefused": {
            "description": "Name or password is wrong.",
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
          },
          "Forbidden": {
            "description": "The caller's roles or sites do not open this, or a foreign page asks.",
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
          },
          "NotFound": {
            "description": "There is no such thing for this caller.",
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
          },
          "TooLarge": {
            "description": "The body is larger than 64 KiB, or there are too many of these.",
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
          },
          "MediaType": {
            "description": "The body is not application/json.",
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
          },
          "TooManyAttempts": {
            "description": "Too many failures before; Retry-After says when to try again.",
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
          },
          "Unavailable": {
            "description": "Busy or out of order just now; nothing was changed.",
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
          }
        },
        "schemas": {
          "Correction": {
            "type": "object",
            "required": ["id", "at", "principal", "reason", "holds"],
            "properties": {
              "id": {"type": "string"},
              "at": {"type": "string", "format": "date-time"},
              "principal": {"type": "string"},
              "reason": {"type": "string"},
              "holds": {"type": "boolean", "description": "Whether no later correction undoes it."},
              "attributes": {"type": "object", "additionalProperties": {"type": "string"}},
              "undoes": {"type": "string"}
            }
          },
    \#(workflowSchemas),
    \#(noticeSchemas),
    \#(stepSchemas),
    \#(controlSchemas),
    \#(profileSchemas),
          "Problem": {
            "type": "object",
            "required": ["type", "title", "status", "code", "detail"],
            "properties": {
              "type": {"type": "string"},
              "title": {"type": "string"},
              "status": {"type": "integer"},
              "code": {"type": "string", "description": "A word a program can act on."},
              "detail": {"type": "string"}
            }
          },
          "Status": {
            "type": "object",
            "required": ["status"],
            "properties": {"status": {"enum": ["alive", "ready", "not ready"]}}
          },
          "Role": {"enum": ["administrator", "radiologist", "technologist", "sender", "auditor"]},
          "Roles": {"type": "array", "items": {"$ref": "#/components/schemas/Role"}},
          "Name": {"type": "string", "pattern": "^[A-Za-z0-9._@-]{1,64}$"},
          "Sites": {"oneOf": [{"const": "all"}, {"type": "array", "items": {"$ref": "#/components/schemas/Name"}}]},
          "SignIn": {
            "type": "object",
            "required": ["name", "password"],
            "properties": {"name": {"type": "string"}, "password": {"type": "string"}}
          },
          "Session": {
            "type": "object",
            "required": ["name", "kind", "roles", "operations", "sites"],
            "properties": {
              "name": {"type": "string"},
              "kind": {"enum": ["person", "node", "token", "system"]},
              "roles": {"$ref": "#/components/schemas/Roles"},
              "operations": {
                "type": "array",
                "description": "What the roles open.",
                "items": {
                  "enum": [
                    "search", "retrieve", "store", "delete", "correct", "schedule", "administer", "readAudit",
                    "readMetrics"
                  ]
                }
              },
              "sites": {"$ref": "#/components/schemas/Sites"},
              "ends": {"type": "string", "format": "date-time"}
            }
          },
          "StudySearch": {
            "type": "object",
            "properties": {
              "text": {
                "type": "string",
                "maxLength": 256,
                "description": "Words that must all be found: a word of the patient's name begins with it, in any \#
    script, without regard to case and diacritics; or the Patient ID or the Accession Number does; or it is the Study \#
    Instance UID."
              },
              "modalities": {"type": "array", "maxItems": 32, "items": {"type": "string"}},
              "sites": {"type": "array", "maxItems": 32, "items": {"type": "string"}},
              "from": {"type": "string", "format": "date", "description": "First Study Date."},
              "to": {"type": "string", "format": "date", "description": "Last Study Date."},
              "cursor": {"type": "string", "description": "What an earlier answer gave as next."},
              "limit": {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}
            }
          },
          "StudyPage": {
            "type": "object",
            "required": ["studies"],
            "properties": {
              "studies": {"type": "array", "items": {"$ref": "#/components/schemas/StudySummary"}},
              "next": {"type": "string"}
            }
          },
          "StudySummary": {
            "type": "object",
            "required": [
              "study", "patientName", "patientID", "modalities", "series", "instances", "bytes", "sites", "receivedAt"
            ],
            "properties": {
              "study": {"type": "string"},
              "patientName": {
                "type": "object",
                "properties": {
                  "alphabetic": {"type": "string"},
                  "ideographic": {"type": "string"},
                  "phonetic": {"type": "string"}
                }
              },
              "patientID": {"type": "string"},
              "birthDate": {"type": "string", "format": "date"},
              "sex": {"type": "string"},
              "accessionNumber": {"type": "string"},
              "description": {"type": "string"},
              "date": {"type": "string", "format": "date"},
              "time": {"type": "string", "description": "HH:MM:SS where it was made."},
              "modalities": {"type": "array", "items": {"type": "string"}},
              "series": {"type": "integer"},
              "instances": {"type": "integer"},
              "bytes": {"type": "integer"},
              "sites": {"type": "array", "items": {"type": "string"}},
              "receivedAt": {
                "type": "string",
                "format": "date-time",
                "description": "When an instance last arrived or went."
              }
            }
          },
          "Node": {
            "type": "object",
            "required": ["aeTitle", "host", "port"],
            "properties": {
              "aeTitle": {
                "type": "string",
                "pattern": "^[!-\\[\\]-~]([ -\\[\\]-~]{0,14}[!-\\[\\]-~])?$"
              },
              "host": {"type": "string", "pattern": "^[A-Za-z0-9.:_-]{1,253}$"},
              "port": {"type": "integer", "minimum": 1, "maximum": 65535},
              "site": {"$ref": "#/components/schemas/Name", "default": "main"},
              "roles": {"$ref": "#/components/schemas/Roles"},
              "tls": {
                "type": "string",
                "description": "The credential of the configuration that it is called with over TLS; `default` is the listener's."
              },
              "certificate": {
                "type": "string",
                "pattern": "^[0-9a-f]{64}$",
                "description": "SHA-256 of the certificate that it must show when it calls."
              },
              "configured": {"type": "boolean", "description": "Whether the configuration names it; in lists only."},
              "lastSeen": {
                "type": "string",
                "format": "date-time",
                "description": "When it last sent something, of the last week; in lists only."
              },
              "instancesToday": {"type": "integer", "description": "Instances of the last day; in lists only."}
            }
          },
          "NewToken": {
            "type": "object",
            "required": ["name", "roles"],
            "properties": {
              "name": {"$ref": "#/components/schemas/Name"},
              "roles": {"$ref": "#/components/schemas/Roles"},
              "sites": {"$ref": "#/components/schemas/Sites"}
            }
          },
          "Token": {
            "type": "object",
            "required": ["name", "roles", "sites"],
            "properties": {
              "name": {"type": "string"},
              "roles": {"$ref": "#/components/schemas/Roles"},
              "sites": {"$ref": "#/components/schemas/Sites"},
              "token": {"type": "string"}
            }
          },
          "NewAccount": {
            "type": "object",
            "required": ["name", "roles"],
            "properties": {
              "name": {"$ref": "#/components/schemas/Name"},
              "password": {
                "type": "string",
                "minLength": 8,
                "maxLength": 256,
                "description": "8 to 1024 bytes of UTF-8. An account that is changed keeps its own when absent."
              },
              "roles": {"$ref": "#/components/schemas/Roles"},
              "sites": {"$ref": "#/components/schemas/Sites"}
            }
          },
          "Account": {
            "type": "object",
            "required": ["name", "roles", "sites"],
            "properties": {
              "name": {"type": "string"},
              "roles": {"$ref": "#/components/schemas/Roles"},
              "sites": {"$ref": "#/components/schemas/Sites"}
            }
          },
          "Deleted": {"type": "object", "required": ["instances"], "properties": {"instances": {"type": "integer"}}},
          "Quarantined": {
            "type": "object",
            "required": ["record", "study", "series", "instance", "sha256", "receivedAt", "source", "site"],
            "properties": {
              "record": {"type": "string"},
              "study": {"type": "string"},
              "series": {"type": "string"},
              "instance": {"type": "string"},
              "sha256": {"type": "string"},
              "source": {"type": "string"},
              "site": {"type": "string"},
              "receivedAt": {"type": "string", "format": "date-time"}
            }
          },
          "Changes": {
            "type": "object",
            "required": ["changes", "next"],
            "properties": {
              "changes": {"type": "array", "items": {"$ref": "#/components/schemas/Change"}},
              "next": {"type": "string", "description": "Hand it back as after."}
            }
          },
          "Change": {
            "type": "object",
            "required": ["position", "at", "type", "principal", "site"],
            "properties": {
              "position": {"type": "string"},
              "at": {"type": "string", "format": "date-time"},
              "type": {
                "enum": ["instanceStored", "instanceDeleted", "instanceResent", "instanceQuarantined", \#
    "duplicateRemoved", "studyCorrected", "seriesRestated", "studyCompleted", "workItemChanged"]
              },
              "principal": {"type": "string"},
              "site": {"type": "string"},
              "delivery": {"type": "string"},
              "study": {"type": "string"},
              "series": {"type": "string"},
              "instance": {"type": "string"},
              "record": {"type": "string"},
              "modality": {"type": "string"},
              "channel": {"enum": ["association", "stow", "importing", "demo"]},
              "bytes": {"type": "integer"},
              "seriesEdge": {"type": "boolean", "description": "Whether the series came or went with this instance."},
              "studyEdge": {"type": "boolean", "description": "Whether the study came or went with this instance."},
              "revision": {"type": "integer"},
              "instances": {"type": "integer", "description": "Of a completed study: how many it had."}
            }
          },
          "Counter": {
            "type": "object",
            "required": ["site", "modality", "studies", "series", "instances", "bytes"],
            "properties": {
              "site": {"type": "string"},
              "modality": {"type": "string"},
              "studies": {"type": "integer"},
              "series": {"type": "integer"},
              "instances": {"type": "integer"},
              "bytes": {"type": "integer"}
            }
          },
          "AuditRecord": {
            "type": "object",
            "required": ["id", "at", "action", "principal", "object", "count", "detail"],
            "properties": {
              "id": {"type": "integer", "description": "To be handed back as before."},
              "at": {"type": "string", "format": "date-time"},
              "action": {"type": "string"},
              "principal": {"type": "string"},
              "object": {"type": "string"},
              "detail": {"type": "string"},
              "count": {"type": "integer"}
            }
          },
          "AuditVerdict": {
            "type": "object",
            "required": ["intact", "findings"],
            "properties": {
              "intact": {"type": "boolean"},
              "findings": {
                "type": "array",
                "items": {
                  "type": "object",
                  "required": ["writer", "sequence", "problem"],
                  "properties": {"writer": {"type": "string"}, "sequence": {"type": "integer"}, "problem": {"type": \#
    "string"}}
                }
              }
            }
          }
        }
      }
    }

    """#
}
