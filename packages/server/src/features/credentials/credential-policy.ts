/** Who may do what with credentials, by every way in: whoever deploys may use them, and only who runs the organization changes them. */
export const credentialPolicies = {
  look: { role: 'viewer' },
  use: { role: 'developer' },
  change: { role: 'admin' },
} as const;
