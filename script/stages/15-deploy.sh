# systemd and YAML accept the files of deploy/, and every etcd is told the same.
exec python3 tools/check_deploy.py
