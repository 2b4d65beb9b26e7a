import type { ErrorCode } from '../../../shared/errors.ts';
import type { Say } from './docs-language.ts';

/** What each code means, for people. docs/protocol.md says the same in English. */
export function errorMeanings(say: Say): Readonly<Record<ErrorCode, string>> {
  return {
    bad_request: say(
      "the message or request can't be read: the message says which field",
      '消息或请求无法读取，错误信息会指出是哪个字段',
    ),
    unauthorized: say('a token is needed and is missing or unknown', '需要令牌，但没有提供，或令牌无效'),
    forbidden: say(
      'this token, Origin, Host or address may not do that',
      '这个令牌、Origin、Host 或地址没有权限这样做',
    ),
    client_not_found: say('no connection serves this clientId', '没有连接提供这个 clientId'),
    function_not_found: say(
      'the client has no function of this name, or its path leads to no function in the page',
      '客户端没有这个名称的函数，或者它的路径在页面里找不到函数',
    ),
    message_too_large: say('the call or its result is over the size limit', '调用或结果超过大小限制'),
    function_threw: say(
      "the page's function threw or rejected; `details` has what",
      '页面的函数抛出了异常，或返回的 Promise 被拒绝；详情见 `details`',
    ),
    result_not_serializable: say(
      "the function returned what can't cross; the message says where in it",
      '函数返回了无法离开页面的值，错误信息会指出位置',
    ),
    overloaded: say(
      'too many calls in flight, or too much waits for a client or caller that reads slowly',
      '进行中的调用太多，或者客户端、调用方读取太慢，积压太多',
    ),
    rate_limited: say('too many messages in a time', '一段时间内的消息太多'),
    cancelled: say('the caller cancelled', '调用方取消了调用'),
    internal: say("a fault of Pagewire's own; the log says more", 'Pagewire 自身的错误，详情见日志'),
    client_disconnected: say("the client's connection went away during the call", '调用期间客户端断开了连接'),
    tab_closed: say('the tab was closed during the call', '调用期间标签页被关闭'),
    tab_unavailable: say(
      'no open tab can take the call: none of the site or target, or it is discarded, frozen or stuck',
      '没有标签页能执行调用：没有打开该网站或指定的标签页，或者标签页被丢弃、冻结或卡住',
    ),
    page_unloaded: say(
      'the page, or the frame, was left, reloaded or removed during the call',
      '调用期间页面或框架被离开、刷新或移除',
    ),
    relay_disconnected: say(
      'said by the SDK alone: its connection to the relay went away during the call',
      '仅由 SDK 报告：调用期间它与中继的连接断开了',
    ),
    shutting_down: say('the relay is stopping', '中继正在停止'),
    bus_unavailable: say("the relay can't reach its other nodes", '中继连不上其他节点'),
    timeout: say('no answer in time', '没有在时限内得到结果'),
  };
}
