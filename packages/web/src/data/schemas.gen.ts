// Written by scripts/generate-web-schemas.ts from the API's document: do not edit.
export const bodySchemas = {
  "appointOperator": {
    "type": "object",
    "properties": {
      "email": {
        "type": "string",
        "maxLength": 254
      }
    },
    "required": [
      "email"
    ],
    "additionalProperties": false
  },
  "changePassword": {
    "type": "object",
    "properties": {
      "currentPassword": {
        "type": "string",
        "minLength": 1,
        "maxLength": 256
      },
      "newPassword": {
        "type": "string",
        "minLength": 10,
        "maxLength": 256
      }
    },
    "required": [
      "currentPassword",
      "newPassword"
    ],
    "additionalProperties": false
  },
  "createApiToken": {
    "type": "object",
    "properties": {
      "name": {
        "type": "string",
        "minLength": 1,
        "maxLength": 80
      },
      "scope": {
        "type": "string",
        "enum": [
          "read",
          "deploy",
          "admin"
        ]
      },
      "expiresAt": {
        "type": "string",
        "format": "date-time",
        "pattern": "^(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|(?:02)-(?:0[1-9]|1\\d|2[0-8])))T(?:(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d+)?(?:Z))$"
      }
    },
    "required": [
      "name",
      "scope"
    ],
    "additionalProperties": false
  },
  "createCredential": {
    "oneOf": [
      {
        "type": "object",
        "properties": {
          "name": {
            "type": "string",
            "pattern": "^(?!crd_)[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?$"
          },
          "labels": {
            "default": {},
            "type": "object",
            "propertyNames": {
              "type": "string",
              "maxLength": 253,
              "pattern": "^[A-Za-z0-9](?:[A-Za-z0-9._/-]*[A-Za-z0-9])?$"
            },
            "additionalProperties": {
              "type": "string",
              "maxLength": 63,
              "pattern": "^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)?$"
            }
          },
          "environmentId": {
            "anyOf": [
              {
                "type": "string",
                "maxLength": 64
              },
              {
                "type": "null"
              }
            ]
          },
          "expiresAt": {
            "anyOf": [
              {
                "type": "string",
                "format": "date-time",
                "pattern": "^(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|(?:02)-(?:0[1-9]|1\\d|2[0-8])))T(?:(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d+)?(?:Z))$"
              },
              {
                "type": "null"
              }
            ]
          },
          "endpoint": {
            "anyOf": [
              {
                "type": "string",
                "maxLength": 500
              },
              {
                "type": "null"
              }
            ]
          },
          "provider": {
            "type": "string",
            "const": "gcp"
          },
          "data": {
            "type": "object",
            "properties": {
              "serviceAccountKeyBase64": {
                "type": "string",
                "minLength": 1,
                "maxLength": 16384,
                "title": "Service account key",
                "description": "The JSON file of a key, as Google Cloud gives it.",
                "contentEncoding": "base64",
                "contentMediaType": "application/json",
                "writeOnly": true
              }
            },
            "required": [
              "serviceAccountKeyBase64"
            ],
            "additionalProperties": false
          }
        },
        "required": [
          "name",
          "provider",
          "data"
        ],
        "additionalProperties": false,
        "title": "Google Cloud"
      },
      {
        "type": "object",
        "properties": {
          "name": {
            "type": "string",
            "pattern": "^(?!crd_)[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?$"
          },
          "labels": {
            "default": {},
            "type": "object",
            "propertyNames": {
              "type": "string",
              "maxLength": 253,
              "pattern": "^[A-Za-z0-9](?:[A-Za-z0-9._/-]*[A-Za-z0-9])?$"
            },
            "additionalProperties": {
              "type": "string",
              "maxLength": 63,
              "pattern": "^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)?$"
            }
          },
          "environmentId": {
            "anyOf": [
              {
                "type": "string",
                "maxLength": 64
              },
              {
                "type": "null"
              }
            ]
          },
          "expiresAt": {
            "anyOf": [
              {
                "type": "string",
                "format": "date-time",
                "pattern": "^(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|(?:02)-(?:0[1-9]|1\\d|2[0-8])))T(?:(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d+)?(?:Z))$"
              },
              {
                "type": "null"
              }
            ]
          },
          "endpoint": {
            "anyOf": [
              {
                "type": "string",
                "maxLength": 500
              },
              {
                "type": "null"
              }
            ]
          },
          "provider": {
            "type": "string",
            "const": "aws"
          },
          "data": {
            "type": "object",
            "properties": {
              "accountId": {
                "type": "string",
                "maxLength": 256,
                "pattern": "^\\d{12}$",
                "title": "Account",
                "description": "The 12 digits of the account."
              },
              "accessKeyId": {
                "type": "string",
                "maxLength": 256,
                "pattern": "^A[KS]IA[A-Z0-9]{12,124}$",
                "title": "Access key id",
                "description": "AKIA…, or ASIA… of temporary keys."
              },
              "secretAccessKey": {
                "type": "string",
                "maxLength": 256,
                "pattern": "^[A-Za-z0-9/+=]{40}$",
                "title": "Secret access key",
                "description": "The 40 characters that belong to the access key id.",
                "writeOnly": true
              },
              "region": {
                "title": "Region",
                "description": "Where it works unless a manifest says otherwise: eu-central-1.",
                "type": "string",
                "maxLength": 256,
                "pattern": "^[a-z]{2}(?:-[a-z]{2,16}){1,3}-\\d{1,2}$"
              },
              "sessionToken": {
                "title": "Session token",
                "description": "Of temporary keys only.",
                "writeOnly": true,
                "type": "string",
                "minLength": 1,
                "maxLength": 4096,
                "pattern": "^[\\x21-\\x7e]+$"
              }
            },
            "required": [
              "accountId",
              "accessKeyId",
              "secretAccessKey"
            ],
            "additionalProperties": false
          }
        },
        "required": [
          "name",
          "provider",
          "data"
        ],
        "additionalProperties": false,
        "title": "AWS"
      },
      {
        "type": "object",
        "properties": {
          "name": {
            "type": "string",
            "pattern": "^(?!crd_)[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?$"
          },
          "labels": {
            "default": {},
            "type": "object",
            "propertyNames": {
              "type": "string",
              "maxLength": 253,
              "pattern": "^[A-Za-z0-9](?:[A-Za-z0-9._/-]*[A-Za-z0-9])?$"
            },
            "additionalProperties": {
              "type": "string",
              "maxLength": 63,
              "pattern": "^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)?$"
            }
          },
          "environmentId": {
            "anyOf": [
              {
                "type": "string",
                "maxLength": 64
              },
              {
                "type": "null"
              }
            ]
          },
          "expiresAt": {
            "anyOf": [
              {
                "type": "string",
                "format": "date-time",
                "pattern": "^(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|(?:02)-(?:0[1-9]|1\\d|2[0-8])))T(?:(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d+)?(?:Z))$"
              },
              {
                "type": "null"
              }
            ]
          },
          "endpoint": {
            "anyOf": [
              {
                "type": "string",
                "maxLength": 500
              },
              {
                "type": "null"
              }
            ]
          },
          "provider": {
            "type": "string",
            "const": "azure"
          },
          "data": {
            "type": "object",
            "properties": {
              "clientId": {
                "type": "string",
                "maxLength": 256,
                "pattern": "^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$",
                "title": "Client id",
                "description": "Of the application."
              },
              "clientSecret": {
                "type": "string",
                "minLength": 1,
                "maxLength": 256,
                "pattern": "^[\\x21-\\x7e]+$",
                "title": "Client secret",
                "description": "The value of the secret, not its id.",
                "writeOnly": true
              },
              "tenantId": {
                "type": "string",
                "maxLength": 256,
                "pattern": "^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$",
                "title": "Tenant id",
                "description": "Of the directory."
              },
              "subscriptionId": {
                "type": "string",
                "maxLength": 256,
                "pattern": "^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$",
                "title": "Subscription id",
                "description": "Where it works."
              }
            },
            "required": [
              "clientId",
              "clientSecret",
              "tenantId",
              "subscriptionId"
            ],
            "additionalProperties": false
          }
        },
        "required": [
          "name",
          "provider",
          "data"
        ],
        "additionalProperties": false,
        "title": "Azure"
      },
      {
        "type": "object",
        "properties": {
          "name": {
            "type": "string",
            "pattern": "^(?!crd_)[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?$"
          },
          "labels": {
            "default": {},
            "type": "object",
            "propertyNames": {
              "type": "string",
              "maxLength": 253,
              "pattern": "^[A-Za-z0-9](?:[A-Za-z0-9._/-]*[A-Za-z0-9])?$"
            },
            "additionalProperties": {
              "type": "string",
              "maxLength": 63,
              "pattern": "^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)?$"
            }
          },
          "environmentId": {
            "anyOf": [
              {
                "type": "string",
                "maxLength": 64
              },
              {
                "type": "null"
              }
            ]
          },
          "expiresAt": {
            "anyOf": [
              {
                "type": "string",
                "format": "date-time",
                "pattern": "^(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|(?:02)-(?:0[1-9]|1\\d|2[0-8])))T(?:(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d+)?(?:Z))$"
              },
              {
                "type": "null"
              }
            ]
          },
          "endpoint": {
            "anyOf": [
              {
                "type": "string",
                "maxLength": 500
              },
              {
                "type": "null"
              }
            ]
          },
          "provider": {
            "type": "string",
            "const": "cloudflare"
          },
          "data": {
            "type": "object",
            "properties": {
              "apiToken": {
                "type": "string",
                "minLength": 1,
                "maxLength": 256,
                "pattern": "^[\\x21-\\x7e]+$",
                "title": "API token",
                "description": "With the permissions that its kinds need.",
                "writeOnly": true
              },
              "accountId": {
                "title": "Account id",
                "description": "For tokens that an account owns; its 32 hexadecimal digits.",
                "type": "string",
                "maxLength": 256,
                "pattern": "^[0-9a-f]{32}$"
              }
            },
            "required": [
              "apiToken"
            ],
            "additionalProperties": false
          }
        },
        "required": [
          "name",
          "provider",
          "data"
        ],
        "additionalProperties": false,
        "title": "Cloudflare"
      },
      {
        "type": "object",
        "properties": {
          "name": {
            "type": "string",
            "pattern": "^(?!crd_)[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?$"
          },
          "labels": {
            "default": {},
            "type": "object",
            "propertyNames": {
              "type": "string",
              "maxLength": 253,
              "pattern": "^[A-Za-z0-9](?:[A-Za-z0-9._/-]*[A-Za-z0-9])?$"
            },
            "additionalProperties": {
              "type": "string",
              "maxLength": 63,
              "pattern": "^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)?$"
            }
          },
          "environmentId": {
            "anyOf": [
              {
                "type": "string",
                "maxLength": 64
              },
              {
                "type": "null"
              }
            ]
          },
          "expiresAt": {
            "anyOf": [
              {
                "type": "string",
                "format": "date-time",
                "pattern": "^(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|(?:02)-(?:0[1-9]|1\\d|2[0-8])))T(?:(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d+)?(?:Z))$"
              },
              {
                "type": "null"
              }
            ]
          },
          "endpoint": {
            "anyOf": [
              {
                "type": "string",
                "maxLength": 500
              },
              {
                "type": "null"
              }
            ]
          },
          "provider": {
            "type": "string",
            "const": "mongodb_atlas"
          },
          "data": {
            "type": "object",
            "properties": {
              "publicKey": {
                "type": "string",
                "maxLength": 256,
                "pattern": "^[A-Za-z0-9]{6,64}$",
                "title": "Public key",
                "description": "The public half of the API key."
              },
              "privateKey": {
                "type": "string",
                "maxLength": 256,
                "pattern": "^[A-Za-z0-9-]{8,128}$",
                "title": "Private key",
                "description": "The private half of the API key.",
                "writeOnly": true
              }
            },
            "required": [
              "publicKey",
              "privateKey"
            ],
            "additionalProperties": false
          }
        },
        "required": [
          "name",
          "provider",
          "data"
        ],
        "additionalProperties": false,
        "title": "MongoDB Atlas"
      },
      {
        "type": "object",
        "properties": {
          "name": {
            "type": "string",
            "pattern": "^(?!crd_)[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?$"
          },
          "labels": {
            "default": {},
            "type": "object",
            "propertyNames": {
              "type": "string",
              "maxLength": 253,
              "pattern": "^[A-Za-z0-9](?:[A-Za-z0-9._/-]*[A-Za-z0-9])?$"
            },
            "additionalProperties": {
              "type": "string",
              "maxLength": 63,
              "pattern": "^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)?$"
            }
          },
          "environmentId": {
            "anyOf": [
              {
                "type": "string",
                "maxLength": 64
              },
              {
                "type": "null"
              }
            ]
          },
          "expiresAt": {
            "anyOf": [
              {
                "type": "string",
                "format": "date-time",
                "pattern": "^(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|(?:02)-(?:0[1-9]|1\\d|2[0-8])))T(?:(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d+)?(?:Z))$"
              },
              {
                "type": "null"
              }
            ]
          },
          "endpoint": {
            "anyOf": [
              {
                "type": "string",
                "maxLength": 500
              },
              {
                "type": "null"
              }
            ]
          },
          "provider": {
            "type": "string",
            "const": "confluent"
          },
          "data": {
            "type": "object",
            "properties": {
              "apiKey": {
                "type": "string",
                "maxLength": 256,
                "pattern": "^[A-Z0-9]{8,64}$",
                "title": "API key",
                "description": "A cloud API key."
              },
              "apiSecret": {
                "type": "string",
                "minLength": 1,
                "maxLength": 256,
                "pattern": "^[\\x21-\\x7e]+$",
                "title": "API secret",
                "description": "What belongs to the API key.",
                "writeOnly": true
              }
            },
            "required": [
              "apiKey",
              "apiSecret"
            ],
            "additionalProperties": false
          }
        },
        "required": [
          "name",
          "provider",
          "data"
        ],
        "additionalProperties": false,
        "title": "Confluent Cloud"
      },
      {
        "type": "object",
        "properties": {
          "name": {
            "type": "string",
            "pattern": "^(?!crd_)[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?$"
          },
          "labels": {
            "default": {},
            "type": "object",
            "propertyNames": {
              "type": "string",
              "maxLength": 253,
              "pattern": "^[A-Za-z0-9](?:[A-Za-z0-9._/-]*[A-Za-z0-9])?$"
            },
            "additionalProperties": {
              "type": "string",
              "maxLength": 63,
              "pattern": "^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)?$"
            }
          },
          "environmentId": {
            "anyOf": [
              {
                "type": "string",
                "maxLength": 64
              },
              {
                "type": "null"
              }
            ]
          },
          "expiresAt": {
            "anyOf": [
              {
                "type": "string",
                "format": "date-time",
                "pattern": "^(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|(?:02)-(?:0[1-9]|1\\d|2[0-8])))T(?:(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d+)?(?:Z))$"
              },
              {
                "type": "null"
              }
            ]
          },
          "endpoint": {
            "anyOf": [
              {
                "type": "string",
                "maxLength": 500
              },
              {
                "type": "null"
              }
            ]
          },
          "provider": {
            "type": "string",
            "const": "snowflake"
          },
          "data": {
            "type": "object",
            "properties": {
              "account": {
                "type": "string",
                "maxLength": 256,
                "pattern": "^[A-Za-z0-9][A-Za-z0-9_-]{1,127}$",
                "title": "Account",
                "description": "ORGANIZATION-ACCOUNT, as in its address."
              },
              "username": {
                "type": "string",
                "maxLength": 256,
                "pattern": "^[A-Za-z_][A-Za-z0-9_$]{0,254}$",
                "title": "User",
                "description": "Who signs in."
              },
              "privateKey": {
                "type": "string",
                "minLength": 1,
                "maxLength": 16384,
                "title": "Private key",
                "description": "RSA in PEM, without a passphrase.",
                "contentMediaType": "application/x-pem-file",
                "writeOnly": true
              },
              "role": {
                "title": "Role",
                "description": "In place of the user’s own.",
                "type": "string",
                "maxLength": 256,
                "pattern": "^[A-Za-z_][A-Za-z0-9_$]{0,254}$"
              },
              "warehouse": {
                "title": "Warehouse",
                "description": "In place of the user’s own.",
                "type": "string",
                "maxLength": 256,
                "pattern": "^[A-Za-z_][A-Za-z0-9_$]{0,254}$"
              }
            },
            "required": [
              "account",
              "username",
              "privateKey"
            ],
            "additionalProperties": false
          }
        },
        "required": [
          "name",
          "provider",
          "data"
        ],
        "additionalProperties": false,
        "title": "Snowflake"
      },
      {
        "type": "object",
        "properties": {
          "name": {
            "type": "string",
            "pattern": "^(?!crd_)[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?$"
          },
          "labels": {
            "default": {},
            "type": "object",
            "propertyNames": {
              "type": "string",
              "maxLength": 253,
              "pattern": "^[A-Za-z0-9](?:[A-Za-z0-9._/-]*[A-Za-z0-9])?$"
            },
            "additionalProperties": {
              "type": "string",
              "maxLength": 63,
              "pattern": "^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)?$"
            }
          },
          "environmentId": {
            "anyOf": [
              {
                "type": "string",
                "maxLength": 64
              },
              {
                "type": "null"
              }
            ]
          },
          "expiresAt": {
            "anyOf": [
              {
                "type": "string",
                "format": "date-time",
                "pattern": "^(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|(?:02)-(?:0[1-9]|1\\d|2[0-8])))T(?:(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d+)?(?:Z))$"
              },
              {
                "type": "null"
              }
            ]
          },
          "endpoint": {
            "anyOf": [
              {
                "type": "string",
                "maxLength": 500
              },
              {
                "type": "null"
              }
            ]
          },
          "provider": {
            "type": "string",
            "const": "digitalocean"
          },
          "data": {
            "type": "object",
            "properties": {
              "token": {
                "type": "string",
                "minLength": 1,
                "maxLength": 256,
                "pattern": "^[\\x21-\\x7e]+$",
                "title": "Access token",
                "description": "A personal access token: dop_v1_….",
                "writeOnly": true
              },
              "spacesAccessId": {
                "title": "Spaces access id",
                "description": "For kinds that use Spaces.",
                "type": "string",
                "maxLength": 256,
                "pattern": "^[A-Z0-9]{16,64}$"
              },
              "spacesSecretKey": {
                "title": "Spaces secret key",
                "description": "What belongs to the Spaces access id.",
                "writeOnly": true,
                "type": "string",
                "minLength": 1,
                "maxLength": 256,
                "pattern": "^[\\x21-\\x7e]+$"
              }
            },
            "required": [
              "token"
            ],
            "additionalProperties": false
          }
        },
        "required": [
          "name",
          "provider",
          "data"
        ],
        "additionalProperties": false,
        "title": "DigitalOcean"
      },
      {
        "type": "object",
        "properties": {
          "name": {
            "type": "string",
            "pattern": "^(?!crd_)[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?$"
          },
          "labels": {
            "default": {},
            "type": "object",
            "propertyNames": {
              "type": "string",
              "maxLength": 253,
              "pattern": "^[A-Za-z0-9](?:[A-Za-z0-9._/-]*[A-Za-z0-9])?$"
            },
            "additionalProperties": {
              "type": "string",
              "maxLength": 63,
              "pattern": "^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)?$"
            }
          },
          "environmentId": {
            "anyOf": [
              {
                "type": "string",
                "maxLength": 64
              },
              {
                "type": "null"
              }
            ]
          },
          "expiresAt": {
            "anyOf": [
              {
                "type": "string",
                "format": "date-time",
                "pattern": "^(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|(?:02)-(?:0[1-9]|1\\d|2[0-8])))T(?:(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d+)?(?:Z))$"
              },
              {
                "type": "null"
              }
            ]
          },
          "endpoint": {
            "anyOf": [
              {
                "type": "string",
                "maxLength": 500
              },
              {
                "type": "null"
              }
            ]
          },
          "provider": {
            "type": "string",
            "const": "civo"
          },
          "data": {
            "type": "object",
            "properties": {
              "token": {
                "type": "string",
                "minLength": 1,
                "maxLength": 256,
                "pattern": "^[\\x21-\\x7e]+$",
                "title": "API key",
                "description": "Of the account’s security settings.",
                "writeOnly": true
              },
              "region": {
                "title": "Region",
                "description": "Such as LON1.",
                "type": "string",
                "maxLength": 256,
                "pattern": "^[A-Za-z0-9]{2,16}$"
              }
            },
            "required": [
              "token"
            ],
            "additionalProperties": false
          }
        },
        "required": [
          "name",
          "provider",
          "data"
        ],
        "additionalProperties": false,
        "title": "Civo"
      },
      {
        "type": "object",
        "properties": {
          "name": {
            "type": "string",
            "pattern": "^(?!crd_)[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?$"
          },
          "labels": {
            "default": {},
            "type": "object",
            "propertyNames": {
              "type": "string",
              "maxLength": 253,
              "pattern": "^[A-Za-z0-9](?:[A-Za-z0-9._/-]*[A-Za-z0-9])?$"
            },
            "additionalProperties": {
              "type": "string",
              "maxLength": 63,
              "pattern": "^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)?$"
            }
          },
          "environmentId": {
            "anyOf": [
              {
                "type": "string",
                "maxLength": 64
              },
              {
                "type": "null"
              }
            ]
          },
          "expiresAt": {
            "anyOf": [
              {
                "type": "string",
                "format": "date-time",
                "pattern": "^(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|(?:02)-(?:0[1-9]|1\\d|2[0-8])))T(?:(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d+)?(?:Z))$"
              },
              {
                "type": "null"
              }
            ]
          },
          "endpoint": {
            "anyOf": [
              {
                "type": "string",
                "maxLength": 500
              },
              {
                "type": "null"
              }
            ]
          },
          "provider": {
            "type": "string",
            "const": "kubernetes"
          },
          "data": {
            "type": "object",
            "properties": {
              "kubeconfigBase64": {
                "type": "string",
                "minLength": 1,
                "maxLength": 131072,
                "title": "Kubeconfig",
                "description": "The whole file, with certificates and token in it.",
                "contentEncoding": "base64",
                "contentMediaType": "application/yaml",
                "writeOnly": true
              },
              "context": {
                "title": "Context",
                "description": "In place of the current one of the file.",
                "type": "string",
                "minLength": 1,
                "maxLength": 253
              }
            },
            "required": [
              "kubeconfigBase64"
            ],
            "additionalProperties": false
          }
        },
        "required": [
          "name",
          "provider",
          "data"
        ],
        "additionalProperties": false,
        "title": "Kubernetes"
      },
      {
        "type": "object",
        "properties": {
          "name": {
            "type": "string",
            "pattern": "^(?!crd_)[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?$"
          },
          "labels": {
            "default": {},
            "type": "object",
            "propertyNames": {
              "type": "string",
              "maxLength": 253,
              "pattern": "^[A-Za-z0-9](?:[A-Za-z0-9._/-]*[A-Za-z0-9])?$"
            },
            "additionalProperties": {
              "type": "string",
              "maxLength": 63,
              "pattern": "^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)?$"
            }
          },
          "environmentId": {
            "anyOf": [
              {
                "type": "string",
                "maxLength": 64
              },
              {
                "type": "null"
              }
            ]
          },
          "expiresAt": {
            "anyOf": [
              {
                "type": "string",
                "format": "date-time",
                "pattern": "^(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|(?:02)-(?:0[1-9]|1\\d|2[0-8])))T(?:(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d+)?(?:Z))$"
              },
              {
                "type": "null"
              }
            ]
          },
          "endpoint": {
            "anyOf": [
              {
                "type": "string",
                "maxLength": 500
              },
              {
                "type": "null"
              }
            ]
          },
          "provider": {
            "type": "string",
            "const": "docker_registry"
          },
          "data": {
            "type": "object",
            "properties": {
              "server": {
                "type": "string",
                "maxLength": 256,
                "pattern": "^(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\\d{1,5})?$",
                "title": "Server",
                "description": "Its host name, with :PORT where it needs one."
              },
              "username": {
                "type": "string",
                "maxLength": 256,
                "pattern": "^[^\\s:\\p{C}]{1,128}$",
                "title": "User",
                "description": "Who signs in."
              },
              "password": {
                "type": "string",
                "minLength": 1,
                "maxLength": 8192,
                "pattern": "^[\\x21-\\x7e](?:[\\x20-\\x7e\\t\\r\\n]*[\\x21-\\x7e])?$",
                "title": "Password",
                "description": "A password or token; for Artifact Registry with the user `_json_key` the JSON key of a service account.",
                "writeOnly": true
              }
            },
            "required": [
              "server",
              "username",
              "password"
            ],
            "additionalProperties": false
          }
        },
        "required": [
          "name",
          "provider",
          "data"
        ],
        "additionalProperties": false,
        "title": "Docker registry"
      }
    ]
  },
  "createDomain": {
    "type": "object",
    "properties": {
      "host": {
        "type": "string",
        "minLength": 1,
        "maxLength": 253,
        "examples": [
          "www.example.com"
        ]
      },
      "redirectTo": {
        "default": null,
        "anyOf": [
          {
            "type": "string",
            "minLength": 1,
            "maxLength": 253,
            "examples": [
              "www.example.com"
            ]
          },
          {
            "type": "null"
          }
        ]
      },
      "forceHttps": {
        "default": true,
        "type": "boolean"
      }
    },
    "required": [
      "host"
    ],
    "additionalProperties": false
  },
  "createEnvironment": {
    "type": "object",
    "properties": {
      "name": {
        "type": "string",
        "pattern": "^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$"
      },
      "kind": {
        "default": "staging",
        "type": "string",
        "enum": [
          "production",
          "staging",
          "preview"
        ]
      },
      "creationKey": {
        "type": "string",
        "minLength": 1,
        "maxLength": 200
      }
    },
    "required": [
      "name"
    ],
    "additionalProperties": false
  },
  "createInvitation": {
    "type": "object",
    "properties": {
      "email": {
        "type": "string",
        "maxLength": 254
      },
      "role": {
        "type": "string",
        "enum": [
          "viewer",
          "developer",
          "admin",
          "owner"
        ]
      }
    },
    "required": [
      "email",
      "role"
    ],
    "additionalProperties": false
  },
  "createOrganization": {
    "type": "object",
    "properties": {
      "name": {
        "type": "string",
        "minLength": 1,
        "maxLength": 80
      }
    },
    "required": [
      "name"
    ],
    "additionalProperties": false
  },
  "createProject": {
    "type": "object",
    "properties": {
      "name": {
        "type": "string",
        "pattern": "^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$"
      },
      "description": {
        "default": "",
        "type": "string",
        "maxLength": 500
      },
      "creationKey": {
        "type": "string",
        "minLength": 1,
        "maxLength": 200
      }
    },
    "required": [
      "name"
    ],
    "additionalProperties": false
  },
  "createService": {
    "type": "object",
    "properties": {
      "name": {
        "type": "string",
        "pattern": "^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$"
      },
      "kind": {
        "default": "web",
        "type": "string",
        "enum": [
          "web",
          "worker",
          "cron"
        ]
      },
      "environmentId": {
        "type": "string"
      },
      "source": {
        "oneOf": [
          {
            "type": "object",
            "properties": {
              "type": {
                "type": "string",
                "const": "git"
              },
              "url": {
                "type": "string",
                "minLength": 1,
                "maxLength": 2048
              },
              "reference": {
                "default": null,
                "anyOf": [
                  {
                    "anyOf": [
                      {
                        "type": "object",
                        "properties": {
                          "branch": {
                            "type": "string",
                            "minLength": 1,
                            "maxLength": 255
                          }
                        },
                        "required": [
                          "branch"
                        ],
                        "additionalProperties": false
                      },
                      {
                        "type": "object",
                        "properties": {
                          "tag": {
                            "type": "string",
                            "minLength": 1,
                            "maxLength": 255
                          }
                        },
                        "required": [
                          "tag"
                        ],
                        "additionalProperties": false
                      },
                      {
                        "type": "object",
                        "properties": {
                          "commit": {
                            "type": "string",
                            "pattern": "^[0-9a-f]{7,64}$"
                          }
                        },
                        "required": [
                          "commit"
                        ],
                        "additionalProperties": false
                      }
                    ]
                  },
                  {
                    "type": "null"
                  }
                ]
              },
              "rootFolder": {
                "default": "",
                "type": "string",
                "maxLength": 1024
              },
              "submodules": {
                "default": false,
                "type": "boolean"
              },
              "lfs": {
                "default": false,
                "type": "boolean"
              },
              "knownHosts": {
                "default": null,
                "anyOf": [
                  {
                    "type": "string",
                    "maxLength": 16384
                  },
                  {
                    "type": "null"
                  }
                ]
              }
            },
            "required": [
              "type",
              "url"
            ],
            "additionalProperties": false
          },
          {
            "type": "object",
            "properties": {
              "type": {
                "type": "string",
                "const": "upload"
              },
              "rootFolder": {
                "default": "",
                "type": "string",
                "maxLength": 1024
              }
            },
            "required": [
              "type"
            ],
            "additionalProperties": false
          },
          {
            "type": "object",
            "properties": {
              "type": {
                "type": "string",
                "const": "image"
              },
              "image": {
                "type": "string",
                "maxLength": 512,
                "pattern": "^(?:(?:localhost|(?=[^/]*[.:])[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?)(?::[0-9]{1,5})?\\/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*){0,15}(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$"
              }
            },
            "required": [
              "type",
              "image"
            ],
            "additionalProperties": false
          }
        ]
      },
      "sourceCredential": {
        "oneOf": [
          {
            "type": "object",
            "properties": {
              "kind": {
                "type": "string",
                "const": "token"
              },
              "username": {
                "type": "string",
                "minLength": 1,
                "maxLength": 255
              },
              "token": {
                "type": "string",
                "minLength": 1,
                "maxLength": 4096
              }
            },
            "required": [
              "kind",
              "token"
            ],
            "additionalProperties": false
          },
          {
            "type": "object",
            "properties": {
              "kind": {
                "type": "string",
                "const": "deploy-key"
              },
              "privateKey": {
                "type": "string",
                "minLength": 1,
                "maxLength": 16384
              }
            },
            "required": [
              "kind",
              "privateKey"
            ],
            "additionalProperties": false
          }
        ]
      },
      "settings": {
        "type": "object",
        "properties": {
          "build": {
            "type": "object",
            "properties": {
              "installCommand": {
                "anyOf": [
                  {
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 4096
                  },
                  {
                    "type": "null"
                  }
                ]
              },
              "buildCommand": {
                "anyOf": [
                  {
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 4096
                  },
                  {
                    "type": "null"
                  }
                ]
              },
              "startCommand": {
                "anyOf": [
                  {
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 4096
                  },
                  {
                    "type": "null"
                  }
                ]
              },
              "builder": {
                "anyOf": [
                  {
                    "type": "string",
                    "enum": [
                      "railpack"
                    ]
                  },
                  {
                    "type": "null"
                  }
                ]
              },
              "dockerfilePath": {
                "anyOf": [
                  {
                    "type": "string",
                    "maxLength": 1024,
                    "pattern": "^[A-Za-z0-9_.@+][A-Za-z0-9_.@+-]*(?:\\/[A-Za-z0-9_.@+][A-Za-z0-9_.@+-]*)*$"
                  },
                  {
                    "type": "null"
                  }
                ]
              },
              "target": {
                "anyOf": [
                  {
                    "type": "string",
                    "maxLength": 128,
                    "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]*$"
                  },
                  {
                    "type": "null"
                  }
                ]
              },
              "buildArgs": {
                "type": "object",
                "propertyNames": {
                  "type": "string",
                  "maxLength": 128,
                  "pattern": "^[A-Za-z_][A-Za-z0-9_]*$"
                },
                "additionalProperties": {
                  "type": "string",
                  "maxLength": 4096
                }
              },
              "platform": {
                "anyOf": [
                  {
                    "type": "string",
                    "enum": [
                      "linux/amd64",
                      "linux/arm64",
                      "linux/arm/v7",
                      "linux/386",
                      "linux/ppc64le",
                      "linux/s390x"
                    ]
                  },
                  {
                    "type": "null"
                  }
                ]
              },
              "watchPaths": {
                "maxItems": 50,
                "type": "array",
                "items": {
                  "type": "string",
                  "minLength": 1,
                  "maxLength": 1024
                }
              },
              "timeoutMinutes": {
                "type": "integer",
                "minimum": 1,
                "maximum": 240
              }
            },
            "additionalProperties": false
          },
          "port": {
            "anyOf": [
              {
                "type": "integer",
                "minimum": 1,
                "maximum": 65535
              },
              {
                "type": "null"
              }
            ]
          },
          "replicas": {
            "type": "integer",
            "minimum": 0,
            "maximum": 50
          },
          "processes": {
            "type": "object",
            "propertyNames": {
              "type": "string",
              "pattern": "^[A-Za-z0-9_-]{1,40}$"
            },
            "additionalProperties": {
              "type": "integer",
              "minimum": 0,
              "maximum": 50
            }
          },
          "memoryMb": {
            "anyOf": [
              {
                "type": "integer",
                "minimum": 16,
                "maximum": 1048576
              },
              {
                "type": "null"
              }
            ]
          },
          "cpus": {
            "anyOf": [
              {
                "type": "number",
                "minimum": 0.05,
                "maximum": 256
              },
              {
                "type": "null"
              }
            ]
          },
          "healthCheck": {
            "type": "object",
            "properties": {
              "path": {
                "anyOf": [
                  {
                    "type": "string",
                    "maxLength": 1024,
                    "pattern": "^\\/[\\x21-\\x7e]*$"
                  },
                  {
                    "type": "null"
                  }
                ]
              },
              "intervalSeconds": {
                "type": "number",
                "minimum": 0.1,
                "maximum": 60
              },
              "timeoutSeconds": {
                "type": "integer",
                "minimum": 1,
                "maximum": 3600
              }
            },
            "additionalProperties": false
          },
          "restart": {
            "type": "object",
            "properties": {
              "policy": {
                "type": "string",
                "enum": [
                  "always",
                  "on-failure",
                  "never"
                ]
              },
              "maxRestarts": {
                "type": "integer",
                "minimum": 0,
                "maximum": 1000
              }
            },
            "additionalProperties": false
          },
          "readOnlyRoot": {
            "type": "boolean"
          },
          "releaseCommand": {
            "anyOf": [
              {
                "type": "string",
                "minLength": 1,
                "maxLength": 4096
              },
              {
                "type": "null"
              }
            ]
          },
          "responseHeaders": {
            "type": "object",
            "propertyNames": {
              "type": "string",
              "pattern": "^[A-Za-z][A-Za-z0-9-]{0,63}$"
            },
            "additionalProperties": {
              "type": "string",
              "pattern": "^[\\x20-\\x7e]{1,2048}$"
            }
          },
          "drainSeconds": {
            "type": "integer",
            "minimum": 0,
            "maximum": 3600
          },
          "stopGraceSeconds": {
            "type": "integer",
            "minimum": 0,
            "maximum": 600
          },
          "schedule": {
            "anyOf": [
              {
                "type": "string",
                "maxLength": 120
              },
              {
                "type": "null"
              }
            ]
          },
          "logRetention": {
            "type": "object",
            "properties": {
              "maxMegabytes": {
                "type": "integer",
                "minimum": 1,
                "maximum": 102400
              },
              "maxDays": {
                "type": "integer",
                "minimum": 1,
                "maximum": 3650
              }
            },
            "additionalProperties": false
          }
        },
        "additionalProperties": false
      },
      "creationKey": {
        "type": "string",
        "minLength": 1,
        "maxLength": 200
      }
    },
    "required": [
      "name"
    ],
    "additionalProperties": false
  },
  "login": {
    "type": "object",
    "properties": {
      "email": {
        "type": "string",
        "maxLength": 254
      },
      "password": {
        "type": "string",
        "minLength": 1,
        "maxLength": 256
      },
      "organizationId": {
        "type": "string",
        "minLength": 1,
        "maxLength": 200
      },
      "invitationToken": {
        "type": "string",
        "minLength": 1,
        "maxLength": 200
      }
    },
    "required": [
      "email",
      "password"
    ],
    "additionalProperties": false
  },
  "register": {
    "type": "object",
    "properties": {
      "email": {
        "type": "string",
        "maxLength": 254
      },
      "password": {
        "type": "string",
        "minLength": 10,
        "maxLength": 256
      },
      "name": {
        "type": "string",
        "minLength": 1,
        "maxLength": 80
      },
      "organizationName": {
        "type": "string",
        "minLength": 1,
        "maxLength": 80
      },
      "claimToken": {
        "type": "string",
        "minLength": 1,
        "maxLength": 200
      },
      "invitationToken": {
        "type": "string",
        "minLength": 1,
        "maxLength": 200
      }
    },
    "required": [
      "email",
      "password",
      "name"
    ],
    "additionalProperties": false
  },
  "setKindModule": {
    "type": "object",
    "properties": {
      "url": {
        "type": "string",
        "minLength": 1,
        "maxLength": 2000
      },
      "reference": {
        "default": null,
        "anyOf": [
          {
            "anyOf": [
              {
                "type": "object",
                "properties": {
                  "branch": {
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 255
                  }
                },
                "required": [
                  "branch"
                ],
                "additionalProperties": false
              },
              {
                "type": "object",
                "properties": {
                  "tag": {
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 255
                  }
                },
                "required": [
                  "tag"
                ],
                "additionalProperties": false
              },
              {
                "type": "object",
                "properties": {
                  "commit": {
                    "type": "string",
                    "pattern": "^[0-9a-f]{7,64}$"
                  }
                },
                "required": [
                  "commit"
                ],
                "additionalProperties": false
              }
            ]
          },
          {
            "type": "null"
          }
        ]
      },
      "folder": {
        "default": "",
        "type": "string",
        "maxLength": 500
      },
      "provider": {
        "default": null,
        "anyOf": [
          {
            "type": "string",
            "enum": [
              "gcp",
              "aws",
              "azure",
              "cloudflare",
              "mongodb_atlas",
              "confluent",
              "snowflake",
              "digitalocean",
              "civo",
              "kubernetes",
              "docker_registry"
            ]
          },
          {
            "type": "null"
          }
        ]
      },
      "summary": {
        "default": "",
        "type": "string",
        "maxLength": 200
      },
      "specSchema": {
        "default": null,
        "anyOf": [
          {
            "type": "object",
            "propertyNames": {
              "type": "string"
            },
            "additionalProperties": {}
          },
          {
            "type": "null"
          }
        ]
      },
      "sourceCredential": {
        "anyOf": [
          {
            "oneOf": [
              {
                "type": "object",
                "properties": {
                  "kind": {
                    "type": "string",
                    "const": "token"
                  },
                  "username": {
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 255
                  },
                  "token": {
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 4096
                  }
                },
                "required": [
                  "kind",
                  "token"
                ],
                "additionalProperties": false
              },
              {
                "type": "object",
                "properties": {
                  "kind": {
                    "type": "string",
                    "const": "deploy-key"
                  },
                  "privateKey": {
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 16384
                  }
                },
                "required": [
                  "kind",
                  "privateKey"
                ],
                "additionalProperties": false
              }
            ]
          },
          {
            "type": "null"
          }
        ]
      }
    },
    "required": [
      "url"
    ],
    "additionalProperties": false
  },
  "setVariable": {
    "type": "object",
    "properties": {
      "name": {
        "type": "string",
        "pattern": "^[A-Za-z_][A-Za-z0-9_]{0,254}$"
      },
      "value": {
        "type": "string"
      }
    },
    "required": [
      "name",
      "value"
    ],
    "additionalProperties": false
  },
  "testRegistryCredential": {
    "type": "object",
    "properties": {
      "repository": {
        "type": "string",
        "maxLength": 255,
        "pattern": "^[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:\\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*$"
      },
      "access": {
        "type": "string",
        "enum": [
          "pull",
          "push"
        ]
      }
    },
    "required": [
      "repository",
      "access"
    ],
    "additionalProperties": false
  },
  "updateCredential": {
    "type": "object",
    "properties": {
      "name": {
        "type": "string",
        "pattern": "^(?!crd_)[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?$"
      },
      "data": {
        "type": "object",
        "propertyNames": {
          "type": "string",
          "maxLength": 64
        },
        "additionalProperties": {
          "type": "string",
          "maxLength": 131072
        }
      },
      "labels": {
        "type": "object",
        "propertyNames": {
          "type": "string",
          "maxLength": 253,
          "pattern": "^[A-Za-z0-9](?:[A-Za-z0-9._/-]*[A-Za-z0-9])?$"
        },
        "additionalProperties": {
          "type": "string",
          "maxLength": 63,
          "pattern": "^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)?$"
        }
      },
      "environmentId": {
        "anyOf": [
          {
            "type": "string",
            "maxLength": 64
          },
          {
            "type": "null"
          }
        ]
      },
      "expiresAt": {
        "anyOf": [
          {
            "type": "string",
            "format": "date-time",
            "pattern": "^(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|(?:02)-(?:0[1-9]|1\\d|2[0-8])))T(?:(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d+)?(?:Z))$"
          },
          {
            "type": "null"
          }
        ]
      },
      "endpoint": {
        "anyOf": [
          {
            "type": "string",
            "maxLength": 500
          },
          {
            "type": "null"
          }
        ]
      }
    },
    "additionalProperties": false
  },
  "updateEnvironment": {
    "type": "object",
    "properties": {
      "name": {
        "type": "string",
        "pattern": "^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$"
      },
      "deployApproval": {
        "type": "string",
        "enum": [
          "none",
          "another_member"
        ]
      },
      "driftCheckHours": {
        "anyOf": [
          {
            "type": "integer",
            "minimum": 1,
            "maximum": 168
          },
          {
            "type": "null"
          }
        ]
      }
    },
    "additionalProperties": false
  },
  "updateMe": {
    "type": "object",
    "properties": {
      "name": {
        "type": "string",
        "minLength": 1,
        "maxLength": 80
      }
    },
    "required": [
      "name"
    ],
    "additionalProperties": false
  },
  "updateOrganization": {
    "type": "object",
    "properties": {
      "name": {
        "type": "string",
        "minLength": 1,
        "maxLength": 80
      }
    },
    "required": [
      "name"
    ],
    "additionalProperties": false
  },
  "updateProject": {
    "type": "object",
    "properties": {
      "name": {
        "type": "string",
        "pattern": "^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$"
      },
      "description": {
        "type": "string",
        "maxLength": 500
      }
    },
    "additionalProperties": false
  },
  "updateService": {
    "type": "object",
    "properties": {
      "name": {
        "type": "string",
        "pattern": "^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$"
      },
      "source": {
        "oneOf": [
          {
            "type": "object",
            "properties": {
              "type": {
                "type": "string",
                "const": "git"
              },
              "url": {
                "type": "string",
                "minLength": 1,
                "maxLength": 2048
              },
              "reference": {
                "default": null,
                "anyOf": [
                  {
                    "anyOf": [
                      {
                        "type": "object",
                        "properties": {
                          "branch": {
                            "type": "string",
                            "minLength": 1,
                            "maxLength": 255
                          }
                        },
                        "required": [
                          "branch"
                        ],
                        "additionalProperties": false
                      },
                      {
                        "type": "object",
                        "properties": {
                          "tag": {
                            "type": "string",
                            "minLength": 1,
                            "maxLength": 255
                          }
                        },
                        "required": [
                          "tag"
                        ],
                        "additionalProperties": false
                      },
                      {
                        "type": "object",
                        "properties": {
                          "commit": {
                            "type": "string",
                            "pattern": "^[0-9a-f]{7,64}$"
                          }
                        },
                        "required": [
                          "commit"
                        ],
                        "additionalProperties": false
                      }
                    ]
                  },
                  {
                    "type": "null"
                  }
                ]
              },
              "rootFolder": {
                "default": "",
                "type": "string",
                "maxLength": 1024
              },
              "submodules": {
                "default": false,
                "type": "boolean"
              },
              "lfs": {
                "default": false,
                "type": "boolean"
              },
              "knownHosts": {
                "default": null,
                "anyOf": [
                  {
                    "type": "string",
                    "maxLength": 16384
                  },
                  {
                    "type": "null"
                  }
                ]
              }
            },
            "required": [
              "type",
              "url"
            ],
            "additionalProperties": false
          },
          {
            "type": "object",
            "properties": {
              "type": {
                "type": "string",
                "const": "upload"
              },
              "rootFolder": {
                "default": "",
                "type": "string",
                "maxLength": 1024
              }
            },
            "required": [
              "type"
            ],
            "additionalProperties": false
          },
          {
            "type": "object",
            "properties": {
              "type": {
                "type": "string",
                "const": "image"
              },
              "image": {
                "type": "string",
                "maxLength": 512,
                "pattern": "^(?:(?:localhost|(?=[^/]*[.:])[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?)(?::[0-9]{1,5})?\\/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*){0,15}(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$"
              }
            },
            "required": [
              "type",
              "image"
            ],
            "additionalProperties": false
          }
        ]
      },
      "sourceCredential": {
        "anyOf": [
          {
            "oneOf": [
              {
                "type": "object",
                "properties": {
                  "kind": {
                    "type": "string",
                    "const": "token"
                  },
                  "username": {
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 255
                  },
                  "token": {
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 4096
                  }
                },
                "required": [
                  "kind",
                  "token"
                ],
                "additionalProperties": false
              },
              {
                "type": "object",
                "properties": {
                  "kind": {
                    "type": "string",
                    "const": "deploy-key"
                  },
                  "privateKey": {
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 16384
                  }
                },
                "required": [
                  "kind",
                  "privateKey"
                ],
                "additionalProperties": false
              }
            ]
          },
          {
            "type": "null"
          }
        ]
      },
      "settings": {
        "type": "object",
        "properties": {
          "build": {
            "type": "object",
            "properties": {
              "installCommand": {
                "anyOf": [
                  {
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 4096
                  },
                  {
                    "type": "null"
                  }
                ]
              },
              "buildCommand": {
                "anyOf": [
                  {
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 4096
                  },
                  {
                    "type": "null"
                  }
                ]
              },
              "startCommand": {
                "anyOf": [
                  {
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 4096
                  },
                  {
                    "type": "null"
                  }
                ]
              },
              "builder": {
                "anyOf": [
                  {
                    "type": "string",
                    "enum": [
                      "railpack"
                    ]
                  },
                  {
                    "type": "null"
                  }
                ]
              },
              "dockerfilePath": {
                "anyOf": [
                  {
                    "type": "string",
                    "maxLength": 1024,
                    "pattern": "^[A-Za-z0-9_.@+][A-Za-z0-9_.@+-]*(?:\\/[A-Za-z0-9_.@+][A-Za-z0-9_.@+-]*)*$"
                  },
                  {
                    "type": "null"
                  }
                ]
              },
              "target": {
                "anyOf": [
                  {
                    "type": "string",
                    "maxLength": 128,
                    "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]*$"
                  },
                  {
                    "type": "null"
                  }
                ]
              },
              "buildArgs": {
                "type": "object",
                "propertyNames": {
                  "type": "string",
                  "maxLength": 128,
                  "pattern": "^[A-Za-z_][A-Za-z0-9_]*$"
                },
                "additionalProperties": {
                  "type": "string",
                  "maxLength": 4096
                }
              },
              "platform": {
                "anyOf": [
                  {
                    "type": "string",
                    "enum": [
                      "linux/amd64",
                      "linux/arm64",
                      "linux/arm/v7",
                      "linux/386",
                      "linux/ppc64le",
                      "linux/s390x"
                    ]
                  },
                  {
                    "type": "null"
                  }
                ]
              },
              "watchPaths": {
                "maxItems": 50,
                "type": "array",
                "items": {
                  "type": "string",
                  "minLength": 1,
                  "maxLength": 1024
                }
              },
              "timeoutMinutes": {
                "type": "integer",
                "minimum": 1,
                "maximum": 240
              }
            },
            "additionalProperties": false
          },
          "port": {
            "anyOf": [
              {
                "type": "integer",
                "minimum": 1,
                "maximum": 65535
              },
              {
                "type": "null"
              }
            ]
          },
          "replicas": {
            "type": "integer",
            "minimum": 0,
            "maximum": 50
          },
          "processes": {
            "type": "object",
            "propertyNames": {
              "type": "string",
              "pattern": "^[A-Za-z0-9_-]{1,40}$"
            },
            "additionalProperties": {
              "type": "integer",
              "minimum": 0,
              "maximum": 50
            }
          },
          "memoryMb": {
            "anyOf": [
              {
                "type": "integer",
                "minimum": 16,
                "maximum": 1048576
              },
              {
                "type": "null"
              }
            ]
          },
          "cpus": {
            "anyOf": [
              {
                "type": "number",
                "minimum": 0.05,
                "maximum": 256
              },
              {
                "type": "null"
              }
            ]
          },
          "healthCheck": {
            "type": "object",
            "properties": {
              "path": {
                "anyOf": [
                  {
                    "type": "string",
                    "maxLength": 1024,
                    "pattern": "^\\/[\\x21-\\x7e]*$"
                  },
                  {
                    "type": "null"
                  }
                ]
              },
              "intervalSeconds": {
                "type": "number",
                "minimum": 0.1,
                "maximum": 60
              },
              "timeoutSeconds": {
                "type": "integer",
                "minimum": 1,
                "maximum": 3600
              }
            },
            "additionalProperties": false
          },
          "restart": {
            "type": "object",
            "properties": {
              "policy": {
                "type": "string",
                "enum": [
                  "always",
                  "on-failure",
                  "never"
                ]
              },
              "maxRestarts": {
                "type": "integer",
                "minimum": 0,
                "maximum": 1000
              }
            },
            "additionalProperties": false
          },
          "readOnlyRoot": {
            "type": "boolean"
          },
          "releaseCommand": {
            "anyOf": [
              {
                "type": "string",
                "minLength": 1,
                "maxLength": 4096
              },
              {
                "type": "null"
              }
            ]
          },
          "responseHeaders": {
            "type": "object",
            "propertyNames": {
              "type": "string",
              "pattern": "^[A-Za-z][A-Za-z0-9-]{0,63}$"
            },
            "additionalProperties": {
              "type": "string",
              "pattern": "^[\\x20-\\x7e]{1,2048}$"
            }
          },
          "drainSeconds": {
            "type": "integer",
            "minimum": 0,
            "maximum": 3600
          },
          "stopGraceSeconds": {
            "type": "integer",
            "minimum": 0,
            "maximum": 600
          },
          "schedule": {
            "anyOf": [
              {
                "type": "string",
                "maxLength": 120
              },
              {
                "type": "null"
              }
            ]
          },
          "logRetention": {
            "type": "object",
            "properties": {
              "maxMegabytes": {
                "type": "integer",
                "minimum": 1,
                "maximum": 102400
              },
              "maxDays": {
                "type": "integer",
                "minimum": 1,
                "maximum": 3650
              }
            },
            "additionalProperties": false
          }
        },
        "additionalProperties": false
      }
    },
    "additionalProperties": false
  }
} as const;
