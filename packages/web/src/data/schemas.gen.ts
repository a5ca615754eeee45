// Written by scripts/generate-web-schemas.ts from the API's document: do not edit.
export const bodySchemas = {
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
  }
} as const;
