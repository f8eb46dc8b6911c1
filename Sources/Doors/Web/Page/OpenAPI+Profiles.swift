/// The part of the API's description that speaks of profiles and devices; `OpenAPI.document` holds it.
extension OpenAPI {
  private static let profile = #"""
    {
                "name": "id",
                "in": "path",
                "description": "The profile's id.",
                "required": true,
                "schema": {"type": "string"}
              }
    """#

  static let profilePaths = #"""
        "/api/v1/source-profiles": {
          "get": {
            "operationId": "listProfiles",
            "summary": "What sources are held to.",
            "description": "Role administrator. Narrowed to the caller's sites.",
            "responses": {
              "200": {
                "description": "The profiles, by name.",
                "content": {"application/json": {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/SourceProfile"}}}}
              },
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"}
            }
          },
          "post": {
            "operationId": "createProfile",
            "summary": "Make a profile, which is off.",
            "description": "Role administrator.",
            "requestBody": {
              "required": true,
              "content": {"application/json": {"schema": {"$ref": "#/components/schemas/NewSourceProfile"}}}
            },
            "responses": {
              "201": {
                "description": "Made.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/SourceProfile"}}}
              },
              "400": {"$ref": "#/components/responses/BadRequest"},
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"},
              "413": {"$ref": "#/components/responses/TooLarge"},
              "415": {"$ref": "#/components/responses/MediaType"}
            }
          }
        },
        "/api/v1/source-profiles/try": {
          "post": {
            "operationId": "tryProfile",
            "summary": "What a profile would find and change in what its source sent last. Nothing happens.",
            "description": "Role administrator. Values are of images that the caller may see.",
            "requestBody": {
              "required": true,
              "content": {"application/json": {"schema": {"$ref": "#/components/schemas/AskedTrial"}}}
            },
            "responses": {
              "200": {
                "description": "What it would find.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ProfileTrial"}}}
              },
              "400": {"$ref": "#/components/responses/BadRequest"},
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"},
              "413": {"$ref": "#/components/responses/TooLarge"},
              "415": {"$ref": "#/components/responses/MediaType"}
            }
          }
        },
        "/api/v1/source-profiles/{id}": {
          "put": {
            "operationId": "replaceProfile",
            "summary": "Write the next version of a profile. The one that is on stays on.",
            "description": "Role administrator.",
            "parameters": [\#(profile)],
            "requestBody": {
              "required": true,
              "content": {"application/json": {"schema": {"$ref": "#/components/schemas/NewSourceProfile"}}}
            },
            "responses": {
              "200": {
                "description": "Kept.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/SourceProfile"}}}
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
            "operationId": "removeProfile",
            "summary": "Remove a profile that is off. What was coerced by it stays coerced.",
            "description": "Role administrator.",
            "parameters": [\#(profile)],
            "responses": {
              "204": {"description": "Removed."},
              "400": {"$ref": "#/components/responses/BadRequest"},
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"},
              "404": {"$ref": "#/components/responses/NotFound"}
            }
          }
        },
        "/api/v1/source-profiles/{id}/try": {
          "post": {
            "operationId": "tryKeptProfile",
            "summary": "Try a profile's last version, so that it may be switched on.",
            "description": "Role administrator. Audited.",
            "parameters": [\#(profile)],
            "requestBody": {
              "required": true,
              "content": {"application/json": {"schema": {"$ref": "#/components/schemas/AskedTrial"}}}
            },
            "responses": {
              "200": {
                "description": "What it would find.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ProfileTrial"}}}
              },
              "400": {"$ref": "#/components/responses/BadRequest"},
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"},
              "404": {"$ref": "#/components/responses/NotFound"},
              "413": {"$ref": "#/components/responses/TooLarge"},
              "415": {"$ref": "#/components/responses/MediaType"}
            }
          }
        },
        "/api/v1/source-profiles/{id}/on": {
          "post": {
            "operationId": "switchProfileOn",
            "summary": "Hold the source to the last version from now on.",
            "description": "Role administrator. Audited. Refused for a version that was not tried, unless one insists.",
            "parameters": [\#(profile)],
            "requestBody": {
              "required": true,
              "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ProfileSwitch"}}}
            },
            "responses": {
              "200": {
                "description": "The profile.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/SourceProfile"}}}
              },
              "400": {"$ref": "#/components/responses/BadRequest"},
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"},
              "404": {"$ref": "#/components/responses/NotFound"},
              "409": {"$ref": "#/components/responses/Conflict"},
              "413": {"$ref": "#/components/responses/TooLarge"},
              "415": {"$ref": "#/components/responses/MediaType"}
            }
          }
        },
        "/api/v1/source-profiles/{id}/off": {
          "post": {
            "operationId": "switchProfileOff",
            "summary": "Take what comes from now on as it is.",
            "description": "Role administrator. Audited. What was coerced stays coerced.",
            "parameters": [\#(profile)],
            "responses": {
              "200": {
                "description": "The profile.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/SourceProfile"}}}
              },
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"},
              "404": {"$ref": "#/components/responses/NotFound"}
            }
          }
        },
        "/api/v1/devices": {
          "get": {
            "operationId": "listDevices",
            "summary": "What each device sent, and how far it kept to its profile.",
            "description": "Role administrator. Narrowed to the caller's sites; no values of objects.",
            "parameters": [
              {
                "name": "days",
                "in": "query",
                "description": "How many days, today among them.",
                "required": false,
                "schema": {"type": "integer", "minimum": 1, "maximum": 31, "default": 7}
              }
            ],
            "responses": {
              "200": {
                "description": "The devices, by source.",
                "content": {"application/json": {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/Device"}}}}
              },
              "400": {"$ref": "#/components/responses/BadRequest"},
              "401": {"$ref": "#/components/responses/Unauthenticated"},
              "403": {"$ref": "#/components/responses/Forbidden"}
            }
          }
        }
    """#

  static let profileSchemas = #"""
          "AttributeName": {"type": "string", "description": "Keyword or eight hexadecimal digits."},
          "ProfiledSource": {
            "type": "object",
            "description": "A name or a site at least.",
            "properties": {
              "name": {"type": "string", "description": "AE title, account or token name."},
              "site": {"type": "string"},
              "channel": {"enum": ["association", "stow", "importing", "demo"]},
              "manufacturer": {"type": "string"},
              "model": {"type": "string"},
              "station": {"type": "string"}
            }
          },
          "NewSourceProfile": {
            "type": "object",
            "required": ["name", "source"],
            "properties": {
              "version": {"type": "integer", "description": "Of a replacement: the version it was made from."},
              "name": {"type": "string", "minLength": 1, "maxLength": 100},
              "source": {"$ref": "#/components/schemas/ProfiledSource"},
              "required": {
                "type": "array",
                "maxItems": 100,
                "items": {
                  "type": "object",
                  "required": ["attribute", "type"],
                  "properties": {
                    "attribute": {"$ref": "#/components/schemas/AttributeName"},
                    "type": {"enum": [1, 2], "description": "1: there, with a value. 2: there."},
                    "modalities": {"type": "array", "items": {"type": "string"}},
                    "sopClasses": {"type": "array", "items": {"type": "string"}}
                  }
                }
              },
              "characterSet": {
                "type": "object",
                "description": "Encodings are defined terms or code pages: ISO_IR 100, GB18030, windows-1252.",
                "properties": {
                  "expected": {"type": "array", "items": {"type": "string"}},
                  "whenMissing": {"type": "string"},
                  "aliases": {"type": "object", "additionalProperties": {"type": "string"}},
                  "always": {"type": "string"}
                }
              },
              "naming": {
                "type": "array",
                "maxItems": 100,
                "items": {
                  "type": "object",
                  "required": ["attribute"],
                  "properties": {
                    "attribute": {"$ref": "#/components/schemas/AttributeName"},
                    "patterns": {
                      "type": "array",
                      "items": {"type": "string"},
                      "description": "# a digit, @ a letter, ? a character, * any number of them."
                    },
                    "isPersonName": {"type": "boolean"}
                  }
                }
              },
              "transferSyntaxes": {"type": "array", "maxItems": 100, "items": {"type": "string"}},
              "holdsToStandard": {"type": "boolean", "default": false},
              "coercions": {
                "type": "array",
                "maxItems": 100,
                "items": {
                  "type": "object",
                  "required": ["attribute"],
                  "description": "Exactly one way beside attribute and modalities.",
                  "properties": {
                    "attribute": {"$ref": "#/components/schemas/AttributeName"},
                    "set": {"type": "string"},
                    "setIfEmpty": {"type": "string"},
                    "map": {"type": "object", "additionalProperties": {"type": "string"}},
                    "copyIfEmpty": {"$ref": "#/components/schemas/AttributeName"},
                    "removePrefix": {"type": "string"},
                    "removeSuffix": {"type": "string"},
                    "addPrefix": {"type": "string"},
                    "upperCase": {"type": "boolean"},
                    "tidy": {"type": "boolean"},
                    "modalities": {"type": "array", "items": {"type": "string"}}
                  }
                }
              }
            }
          },
          "SourceProfile": {
            "type": "object",
            "required": ["id", "version", "name", "source"],
            "properties": {
              "id": {"type": "string"},
              "version": {"type": "integer"},
              "on": {"type": "integer", "description": "The version that holds; absent while it is off."},
              "tried": {
                "type": "object",
                "properties": {
                  "version": {"type": "integer"},
                  "at": {"type": "string", "format": "date-time"},
                  "examined": {"type": "integer"},
                  "deviating": {"type": "integer"},
                  "coerced": {"type": "integer"}
                }
              },
              "name": {"type": "string", "minLength": 1, "maxLength": 100},
              "source": {"$ref": "#/components/schemas/ProfiledSource"},
              "required": {
                "type": "array",
                "maxItems": 100,
                "items": {
                  "type": "object",
                  "required": ["attribute", "type"],
                  "properties": {
                    "attribute": {"$ref": "#/components/schemas/AttributeName"},
                    "type": {"enum": [1, 2], "description": "1: there, with a value. 2: there."},
                    "modalities": {"type": "array", "items": {"type": "string"}},
                    "sopClasses": {"type": "array", "items": {"type": "string"}}
                  }
                }
              },
              "characterSet": {
                "type": "object",
                "description": "Encodings are defined terms or code pages: ISO_IR 100, GB18030, windows-1252.",
                "properties": {
                  "expected": {"type": "array", "items": {"type": "string"}},
                  "whenMissing": {"type": "string"},
                  "aliases": {"type": "object", "additionalProperties": {"type": "string"}},
                  "always": {"type": "string"}
                }
              },
              "naming": {
                "type": "array",
                "maxItems": 100,
                "items": {
                  "type": "object",
                  "required": ["attribute"],
                  "properties": {
                    "attribute": {"$ref": "#/components/schemas/AttributeName"},
                    "patterns": {
                      "type": "array",
                      "items": {"type": "string"},
                      "description": "# a digit, @ a letter, ? a character, * any number of them."
                    },
                    "isPersonName": {"type": "boolean"}
                  }
                }
              },
              "transferSyntaxes": {"type": "array", "maxItems": 100, "items": {"type": "string"}},
              "holdsToStandard": {"type": "boolean", "default": false},
              "coercions": {
                "type": "array",
                "maxItems": 100,
                "items": {
                  "type": "object",
                  "required": ["attribute"],
                  "description": "Exactly one way beside attribute and modalities.",
                  "properties": {
                    "attribute": {"$ref": "#/components/schemas/AttributeName"},
                    "set": {"type": "string"},
                    "setIfEmpty": {"type": "string"},
                    "map": {"type": "object", "additionalProperties": {"type": "string"}},
                    "copyIfEmpty": {"$ref": "#/components/schemas/AttributeName"},
                    "removePrefix": {"type": "string"},
                    "removeSuffix": {"type": "string"},
                    "addPrefix": {"type": "string"},
                    "upperCase": {"type": "boolean"},
                    "tidy": {"type": "boolean"},
                    "modalities": {"type": "array", "items": {"type": "string"}}
                  }
                }
              }
            }
          },
          "AskedTrial": {
            "type": "object",
            "properties": {
              "profile": {"$ref": "#/components/schemas/NewSourceProfile"},
              "limit": {"type": "integer", "minimum": 1, "maximum": 500, "default": 500, "description": "Instances."}
            }
          },
          "ProfileTrial": {
            "type": "object",
            "properties": {
              "examined": {"type": "integer"},
              "deviating": {"type": "integer"},
              "coerced": {"type": "integer"},
              "deviations": {
                "type": "array",
                "items": {
                  "type": "object",
                  "properties": {
                    "deviation": {"type": "string"},
                    "count": {"type": "integer"},
                    "example": {"type": "string", "description": "SOP Instance UID."}
                  }
                }
              },
              "changes": {
                "type": "array",
                "items": {
                  "type": "object",
                  "properties": {
                    "attribute": {"type": "string"},
                    "stated": {"type": "string"},
                    "believed": {"type": "string"},
                    "count": {"type": "integer"},
                    "example": {"type": "string"}
                  }
                }
              },
              "isPartial": {"type": "boolean"}
            }
          },
          "ProfileSwitch": {
            "type": "object",
            "properties": {
              "version": {"type": "integer", "description": "The version that is thought to be the last."},
              "insist": {"type": "boolean", "default": false, "description": "Although it was not tried."}
            }
          },
          "Device": {
            "type": "object",
            "properties": {
              "channel": {"type": "string"},
              "source": {"type": "string"},
              "site": {"type": "string"},
              "manufacturer": {"type": "string"},
              "model": {"type": "string"},
              "station": {"type": "string"},
              "lastSeen": {"type": "string", "format": "date-time"},
              "instances": {"type": "integer"},
              "examined": {"type": "integer"},
              "deviating": {"type": "integer"},
              "coerced": {"type": "integer"},
              "deviations": {
                "type": "array",
                "items": {
                  "type": "object",
                  "properties": {
                    "deviation": {"type": "string"},
                    "count": {"type": "integer"},
                    "example": {"type": "string", "description": "SOP Instance UID."}
                  }
                }
              },
              "days": {
                "type": "array",
                "items": {
                  "type": "object",
                  "properties": {
                    "day": {"type": "string", "format": "date"},
                    "instances": {"type": "integer"},
                    "deviating": {"type": "integer"}
                  }
                }
              }
            }
          }
    """#
}
