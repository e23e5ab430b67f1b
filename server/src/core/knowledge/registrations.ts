/** Which argument of a registration is a callback, and the struct member that it becomes. */
interface Registration {
  readonly callee: string;
  readonly position: number;
  readonly struct: string;
  readonly member: string;
}

/** `callee position struct member`; the rows of contexts.json say what runs there. */
const ROWS = `
INIT_WORK 1 work_struct func
INIT_WORK_ONSTACK 1 work_struct func
DECLARE_WORK 1 work_struct func
INIT_DELAYED_WORK 1 delayed_work func
INIT_DEFERRABLE_WORK 1 delayed_work func
DECLARE_DELAYED_WORK 1 delayed_work func
INIT_RCU_WORK 1 rcu_work func
kthread_init_work 1 kthread_work func
kthread_create 0 kthread_create threadfn
kthread_create_on_node 0 kthread_create threadfn
kthread_run 0 kthread_run threadfn
vhost_task_create 0 vhost_task_create fn
init_task_work 1 callback_head func
init_irq_work 1 irq_work func
IRQ_WORK_INIT 0 irq_work func
timer_setup 1 timer_list function
hrtimer_setup 1 hrtimer function
tasklet_setup 1 tasklet_struct callback
call_rcu 1 rcu_head func
call_srcu 2 call_srcu func
request_irq 1 request_irq handler
request_threaded_irq 1 request_irq handler
request_threaded_irq 2 request_threaded_irq thread_fn
smp_call_function 0 smp_call_function func
smp_call_function_any 1 smp_call_function func
smp_call_function_many 1 smp_call_function func
smp_call_function_single 1 smp_call_function func
on_each_cpu 0 smp_call_function func
on_each_cpu_cond 1 smp_call_function func
on_each_cpu_cond_mask 1 smp_call_function func
on_each_cpu_mask 1 smp_call_function func
INIT_CSD 1 smp_call_function func
dma_fence_add_callback 2 dma_fence_cb func
apply_to_page_range 3 apply_to_page_range fn
list_lru_walk 1 list_lru_walk isolate
list_lru_walk_one 3 list_lru_walk isolate
list_lru_shrink_walk 2 list_lru_walk isolate
`;

const REGISTRATIONS: ReadonlyMap<string, Registration> = new Map(
  ROWS.trim()
    .split('\n')
    .map(row => {
      const [callee, position, struct, member] = row.split(' ') as [string, string, string, string];
      return [`${callee} ${position}`, { callee, position: Number(position), struct, member }];
    }),
);

/** The struct member that a function becomes when it is this argument of this call; undefined when none is known. */
export function registrationOf(callee: string, position: number): Registration | undefined {
  return REGISTRATIONS.get(`${callee} ${position}`);
}
