// Written by scripts/generate-web-schemas.ts from the API's document: do not edit.
export const bodySchemas = {
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
              "dockerfilePath": {
                "anyOf": [
                  {
                    "type": "string",
                    "maxLength": 1024
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
  "updateEnvironment": {
    "type": "object",
    "properties": {
      "name": {
        "type": "string",
        "pattern": "^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$"
      }
    },
    "required": [
      "name"
    ],
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
              "dockerfilePath": {
                "anyOf": [
                  {
                    "type": "string",
                    "maxLength": 1024
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
