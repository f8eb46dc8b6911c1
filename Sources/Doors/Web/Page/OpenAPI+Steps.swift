/// The part of the API's description that speaks of what is to be performed and was; `OpenAPI.document` holds it.
extension OpenAPI {
  static let stepPaths = #"""
        "/api/v1/worklist": {
          "get": {
            "operationId": "listWorklist",
            "summary": "What is to be performed.",
            "description": "A role that may search; in the order of start. What names a patient is asked for by \#
    POST.",
            "parameters": [
              {"name": "station", "in": "query", "description": "AE title; * and ? are wild cards.", "schema":
            {"type": "string"}},
              {"name": "modality", "in": "query", "description": "Such as CT.", "schema": {"type": "string"}},
              {"name": "from", "in": "query", "description": "First day, YYYY-MM-DD.", "schema": {"type": "string"}},
              {"name": "to", "in": "query", "description": "Last day.", "schema": {"type": "string"}},
              {"name": "status", "in": "query", "description": "Of SCHEDULED, ARRIVED and so on, with commas; \#
    all for all. What is not over when left out.", "schema": {"type": "string"}},
              {"name": "after", "in": "query", "description": "What an earlier answer gave as next.", "schema":
            {"type": "string"}},
              {"name": "limit", "in": "query", "description": "100 when left out.", "schema": {"type":
            "integer", "minimum": 1, "maximum": 1000}}
            ],
            "responses": {
              "200": {
                "description": "A page.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ScheduledSteps"}}}
              },
              "400": {"$ref": "#/components/responses/BadRequest"},
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"}
            }
          },
          "post": {
            "operationId": "addWorklistStep",
            "summary": "Put a step on the worklist.",
            "description": "A role that may schedule. Study UID, step ID and requested procedure ID are made \#
    when they are missing; what else PS3.4 Table K.6-1 requires is named when it lacks.",
            "parameters": [
              {"name": "replace", "in": "query", "description": "true: a step that is there already is replaced \#
    (200).", "schema": {"type": "boolean"}},
              {"name": "site", "in": "query", "description": "For DICOM JSON; main when left out.", "schema":
            {"type": "string"}}
            ],
            "requestBody": {
              "required": true,
              "content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/ScheduledStep"}},
                "application/dicom+json": {"schema": {"type": "object"}}
              }
            },
            "responses": {
              "200": {
                "description": "Replaced.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ScheduledStep"}}}
              },
              "201": {
                "description": "Made.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ScheduledStep"}}}
              },
              "400": {"$ref": "#/components/responses/BadRequest"},
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"},
              "409": {"$ref": "#/components/responses/Conflict"},
              "413": {"$ref": "#/components/responses/TooLarge"},
              "415": {"$ref": "#/components/responses/MediaType"}
            }
          }
        },
        "/api/v1/worklist/search": {
          "post": {
            "operationId": "searchWorklist",
            "summary": "Steps of a patient, an order, a study.",
            "description": "A role that may search. A POST, so that no name is in an address.",
            "requestBody": {
              "required": true,
              "content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/WorklistQuestion"}}
              }
            },
            "responses": {
              "200": {
                "description": "A page.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ScheduledSteps"}}}
              },
              "400": {"$ref": "#/components/responses/BadRequest"},
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"},
              "413": {"$ref": "#/components/responses/TooLarge"},
              "415": {"$ref": "#/components/responses/MediaType"}
            }
          }
        },
        "/api/v1/worklist/{item}": {
          "get": {
            "operationId": "showWorklistStep",
            "summary": "A step with all its attributes; as DICOM JSON where that is accepted.",
            "description": "A role that may search.",
            "parameters": [
              {"name": "item", "in": "path", "required": true, "schema": {"type": "string"}}
            ],
            "responses": {
              "200": {
                "description": "The step.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ScheduledStep"}}}
              },
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"},
              "404": {"$ref": "#/components/responses/NotFound"}
            }
          },
          "put": {
            "operationId": "replaceWorklistStep",
            "summary": "Replace what is said of a step.",
            "description": "A role that may schedule. Study UID and step ID cannot be changed. With version it \#
    must be the present one.",
            "parameters": [
              {"name": "item", "in": "path", "required": true, "schema": {"type": "string"}}
            ],
            "requestBody": {
              "required": true,
              "content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/ScheduledStep"}},
                "application/dicom+json": {"schema": {"type": "object"}}
              }
            },
            "responses": {
              "200": {
                "description": "As it is now.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ScheduledStep"}}}
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
          "patch": {
            "operationId": "changeWorklistStep",
            "summary": "Change some of what is said of a step: put it off, call it off.",
            "description": "A role that may schedule.",
            "parameters": [
              {"name": "item", "in": "path", "required": true, "schema": {"type": "string"}}
            ],
            "requestBody": {
              "required": true,
              "content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/ScheduledStep"}},
                "application/dicom+json": {"schema": {"type": "object"}}
              }
            },
            "responses": {
              "200": {
                "description": "As it is now.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ScheduledStep"}}}
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
            "operationId": "removeWorklistStep",
            "summary": "Take a step off the worklist for good.",
            "description": "A role that may schedule.",
            "parameters": [
              {"name": "item", "in": "path", "required": true, "schema": {"type": "string"}}
            ],
            "responses": {
              "204": {"description": "Removed."},
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"},
              "404": {"$ref": "#/components/responses/NotFound"}
            }
          }
        },
        "/api/v1/performed-steps": {
          "get": {
            "operationId": "listPerformedSteps",
            "summary": "What modalities do and have done.",
            "description": "A role that may search; in the order of start.",
            "parameters": [
              {"name": "study", "in": "query", "description": "A scheduled Study Instance UID.", "schema":
            {"type": "string"}},
              {"name": "station", "in": "query", "description": "AE title.", "schema": {"type": "string"}},
              {"name": "modality", "in": "query", "description": "Such as CT.", "schema": {"type": "string"}},
              {"name": "from", "in": "query", "description": "First day, YYYY-MM-DD.", "schema": {"type": "string"}},
              {"name": "to", "in": "query", "description": "Last day.", "schema": {"type": "string"}},
              {"name": "status", "in": "query", "description": "Of IN PROGRESS, COMPLETED, DISCONTINUED, with \#
    commas.", "schema": {"type": "string"}},
              {"name": "after", "in": "query", "description": "What an earlier answer gave as next.", "schema":
            {"type": "string"}},
              {"name": "limit", "in": "query", "description": "100 when left out.", "schema": {"type":
            "integer", "minimum": 1, "maximum": 1000}}
            ],
            "responses": {
              "200": {
                "description": "A page.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/PerformedSteps"}}}
              },
              "400": {"$ref": "#/components/responses/BadRequest"},
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"}
            }
          }
        },
        "/api/v1/performed-steps/{item}": {
          "get": {
            "operationId": "showPerformedStep",
            "summary": "A performed step with all its attributes; as DICOM JSON where that is accepted.",
            "description": "A role that may search.",
            "parameters": [
              {"name": "item", "in": "path", "required": true, "schema": {"type": "string"}}
            ],
            "responses": {
              "200": {
                "description": "The step.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/PerformedStep"}}}
              },
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"},
              "404": {"$ref": "#/components/responses/NotFound"}
            }
          }
        }
    """#

  static let stepSchemas = #"""
          "ScheduledStep": {
            "type": "object",
            "properties": {
              "id": {"type": "string", "description": "Ours to give."},
              "version": {"type": "integer"},
              "site": {"type": "string"},
              "status": {"enum": ["SCHEDULED", "ARRIVED", "READY", "STARTED", "DEPARTED", "COMPLETED",
              "DISCONTINUED", "CANCELED"]},
              "patientName": {"type": "string", "description": "Family^Given"},
              "patientID": {"type": "string"},
              "issuerOfPatientID": {"type": "string"},
              "patientBirthDate": {"type": "string", "description": "YYYY-MM-DD"},
              "patientSex": {"type": "string"},
              "accessionNumber": {"type": "string"},
              "referringPhysician": {"type": "string"},
              "requestedProcedureID": {"type": "string"},
              "requestedProcedureDescription": {"type": "string"},
              "requestedProcedureCode": {"type": "object", "description": "value, scheme and meaning, all texts."},
              "studyInstanceUID": {"type": "string"},
              "stepID": {"type": "string", "description": "At most 16 characters."},
              "stepDescription": {"type": "string"},
              "stationAETitles": {"type": "array", "items": {"type": "string"}},
              "modality": {"type": "string"},
              "start": {"type": "string", "description": "Local date and time, YYYY-MM-DDThh:mm:ss."},
              "performingPhysician": {"type": "string"},
              "attributes": {"type": "object", "description": "Any attribute of the item as DICOM JSON (PS3.18 \#
    Annex F)."}
            }
          },
          "ScheduledSteps": {
            "type": "object",
            "required": ["steps"],
            "properties": {
              "steps": {"type": "array", "items": {"$ref": "#/components/schemas/ScheduledStep"}},
              "next": {"type": "string", "description": "Absent on the last page."}
            }
          },
          "WorklistQuestion": {
            "type": "object",
            "description": "Texts may have the wild cards * and ?.",
            "properties": {
              "patientName": {"type": "string"},
              "patientID": {"type": "string"},
              "accessionNumber": {"type": "string"},
              "studyInstanceUID": {"type": "string"},
              "stepID": {"type": "string"},
              "station": {"type": "string"},
              "modality": {"type": "string"},
              "from": {"type": "string"},
              "to": {"type": "string"},
              "status": {"type": "array", "items": {"type": "string"}},
              "after": {"type": "string"},
              "limit": {"type": "integer"}
            }
          },
          "PerformedStep": {
            "type": "object",
            "required": ["id", "version", "site", "status", "changedAt", "scheduled", "series", "instances"],
            "properties": {
              "id": {"type": "string", "description": "SOP Instance UID"},
              "version": {"type": "integer"},
              "site": {"type": "string"},
              "status": {"enum": ["IN PROGRESS", "COMPLETED", "DISCONTINUED"]},
              "changedAt": {"type": "string", "format": "date-time"},
              "stepID": {"type": "string"},
              "description": {"type": "string"},
              "station": {"type": "string"},
              "modality": {"type": "string"},
              "start": {"type": "string"},
              "end": {"type": "string"},
              "patientName": {"type": "string"},
              "patientID": {"type": "string"},
              "scheduled": {"type": "array", "items": {"type": "object"}, "description": "studyInstanceUID, \#
    stepID and accessionNumber of each."},
              "series": {"type": "integer"},
              "instances": {"type": "integer"},
              "attributes": {"type": "object"}
            }
          },
          "PerformedSteps": {
            "type": "object",
            "required": ["steps"],
            "properties": {
              "steps": {"type": "array", "items": {"$ref": "#/components/schemas/PerformedStep"}},
              "next": {"type": "string", "description": "Absent on the last page."}
            }
          }
    """#
}
