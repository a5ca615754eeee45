-- Each action is a noun and a verb, `service.deploy`. Entries that carry an operation's own name, `deployService`, are found by the new one as well.

update audit_log set action = case action
  when 'changePassword' then 'account.change_password'
  when 'updateMe' then 'account.rename'
  when 'getMe' then 'account.get'
  when 'login' then 'auth.login'
  when 'logout' then 'auth.logout'
  when 'register' then 'auth.register'
  when 'refresh' then 'session.refresh'
  when 'updateMember' then 'member.change_role'
  when 'updateOrganization' then 'organization.rename'
  when 'moveNodes' then 'canvas.move_nodes'
  when 'checkCloudResourceDrift' then 'cloud_resource.check_drift'
  else regexp_replace(
    lower(regexp_replace(
      regexp_replace(action, '^([a-z]+)([A-Z].*)$', '\2.\1'),
      '([a-z0-9])([A-Z])', '\1_\2', 'g')),
    '(?<![aus])s\.', '.')
  end
where action !~ '[.]';

update audit_log set action = replace(action, 'stack-update.', 'stack_update.') where action like 'stack-update.%';
