#!/bin/sh
# What a container of this image is: studio, ray-head, ray-worker; or any command, such as: inkstone users list
set -eu

here=$(dirname "$0")
ray_port=${INKSTONE_RAY_PORT:-6379}

# Joins the cluster without processors of its own, so that run processes in this container can reach it.
join_ray() {
    ray start --address="$INKSTONE_RAY_ADDRESS" --num-cpus=0 --num-gpus=0 --disable-usage-stats
}

role=${1:-studio}
case $role in
studio)
    sh "$here/first-admin.sh"
    unset INKSTONE_ADMIN_PASSWORD
    if [ -n "${INKSTONE_RAY_ADDRESS:-}" ]; then
        join_ray
    fi
    exec inkstone up --host "${INKSTONE_HOST:-0.0.0.0}" --port "${INKSTONE_PORT:-8501}" --no-browser
    ;;
ray-head)
    exec ray start --head --port="$ray_port" --num-cpus=0 --num-gpus=0 --include-dashboard=false \
        --disable-usage-stats --block
    ;;
ray-worker)
    exec ray start --address="$INKSTONE_RAY_ADDRESS" --disable-usage-stats --block
    ;;
*)
    exec "$@"
    ;;
esac
